package io.sluice.jobs.worker;

import static org.awaitility.Awaitility.await;

import io.sluice.testkit.JobNews;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** That nodes which are not alone tell each other of new work is seen in {@code ClusterIT}. */
class WakeUpsIT {
    /** It may just have heard somebody, and believes until its next heartbeat that there is another node. */
    @Test
    void aNodeThatIsAloneTellsNobodyOfItsWork() {
        SluiceServer node = TestJobs.node();
        await().atMost(Duration.ofSeconds(30)).until(() -> !JobNews.isTold(TestJobs.database(), node));
    }

    /**
     * Whoever looked at the same time found the jobs locked that this node looked at and left, and has gone to sleep. The
     * other node is a row without a process.
     */
    @Test
    void aNodeThatLeavesAPartOfWhatItLookedAtTellsTheOthers() throws SQLException {
        TestDatabase database = TestJobs.database();
        TestJobs.node();
        UUID other = database.value(
                "insert into nodes (name, types, slots) values ('without a process', '{}', 1) returning id");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("listen sluice_jobs");
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                database.execute("update nodes set heartbeat_at = clock_timestamp() where id = ?", other);
                return isToldOfRest(database, connection);
            });
        } finally {
            database.execute("delete from nodes where id = ?", other);
            database.execute("delete from jobs where request_id = 'rest' and status = 'pending'");
        }
    }

    /** More jobs of two types than it has slots, of which the others hear nothing from us. */
    private static boolean isToldOfRest(TestDatabase database, Connection listening) throws SQLException {
        database.execute("""
                insert into jobs (type, payload, request_id)
                select t.type, t.payload, 'rest'
                from generate_series(1, 15), (values ('test_sleep', jsonb '{"sleep_ms": 100}'),
                                                     ('test_result', jsonb '{"storable": true}')) t (type, payload)
                """);
        database.query("select pg_notify('sluice_jobs', 'test_sleep,test_result')::text");
        PGNotification[] heard = listening.unwrap(PGConnection.class).getNotifications(1_000);
        return Arrays.stream(heard).anyMatch(news -> news.getParameter().isEmpty());
    }
}
