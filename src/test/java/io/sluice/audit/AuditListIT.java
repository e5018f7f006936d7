package io.sluice.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.QueryPlan;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the list reads of a table that is never emptied. */
class AuditListIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final String INSERT = """
            insert into audit_entries (actor_kind, actor_id, action, target_type, target_id)
            select 'token', '%s', 'test.%s', 'test', n from generate_series(1, %d) n
            """;

    /** Otherwise who reads entries passes by all that were rolled back. */
    @AfterAll
    static void clearAway() {
        DATABASE.execute("vacuum audit_entries");
    }

    @ParameterizedTest
    @ValueSource(strings = {"action = 'test.rare'", "actor_id = 'rare'"})
    void theFewOfOneActionOrActorAreFoundAmongAllOthers(String filter) throws SQLException {
        try (Connection connection = TestJobs.beginAmongLiveRows();
                Statement statement = connection.createStatement()) {
            statement.execute(INSERT.formatted("rare", "rare", 5));
            statement.execute(INSERT.formatted("usual", "usual", 50_000));
            statement.execute("analyze audit_entries");
            QueryPlan plan = QueryPlan.of(
                    connection, "select * from audit_entries e where e." + filter + " order by e.id desc limit 51");
            assertThat(plan.readsAllOf("audit_entries")).as(plan.toString()).isFalse();
            assertThat(plan.blocks()).as(plan.toString()).isLessThan(100);
            connection.rollback();
        }
    }

    @Test
    void entriesFromAfterTheEndOfAListAreNotRead() {
        Api operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        DATABASE.execute(INSERT.formatted("listed", "listed", 2_000));
        // By the real clock, which ids are made by: other tests have moved that of the decisions ahead.
        String end =
                DATABASE.value("select to_char(clock_timestamp() - interval '2 h', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
        long before = readAlongIds();
        operator.get("/v1/audit?to=" + end).expect(200);
        // A session reports what it did up to ten seconds later.
        await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ofSeconds(12)).until(() -> true);
        assertThat(readAlongIds() - before).isLessThan(1_000);
    }

    private static long readAlongIds() {
        return DATABASE.count(
                "select idx_tup_read from pg_stat_user_indexes where indexrelname = 'audit_entries_pkey'");
    }
}
