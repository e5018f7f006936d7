package io.sluice.jobs;

import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.Cluster.Member;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A call that enqueues a job and cannot be answered, because somebody else is about to enqueue one of the same key. */
final class HeldRequest implements AutoCloseable {
    private final Connection holder;
    private final CompletableFuture<Answer> answer;

    private HeldRequest(Connection holder, CompletableFuture<Answer> answer) {
        this.holder = holder;
        this.answer = answer;
    }

    /** Returns once the node waits for the database. */
    static HeldRequest enqueue(Member node, TestDatabase database) {
        String key = "held-" + UUID.randomUUID();
        Api api = new Api(node.server().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        // The server cannot answer a call of a kind that it never answered before it was told to stop.
        enqueue(api, "first-" + key).expect(202);
        Connection holder = hold(database, key);
        CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() -> enqueue(api, key));
        await().atMost(Duration.ofSeconds(30)).until(() -> database.count("""
                                select count(*) from pg_stat_activity
                                where datname = current_database() and wait_event_type = 'Lock'
                                  and wait_event = 'transactionid'
                                """) > 0);
        return new HeldRequest(holder, answer);
    }

    private static Answer enqueue(Api api, String key) {
        return api.post("/v1/jobs", """
                {"type": "test_work", "unique_key": "%s",
                 "payload": {"sleep_ms": 1, "effect": false, "hold_ms": 0, "deaf": false}}
                """.formatted(key));
    }

    private static Connection hold(TestDatabase database, String key) {
        Connection connection = database.connect();
        try {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into jobs (type, unique_key) values ('test_work', ?)")) {
                insert.setString(1, key);
                insert.executeUpdate();
            }
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The other one gives up: the call can be answered. */
    @Override
    public void close() {
        try {
            // Rolls back what it has not committed.
            holder.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The job that the caller was told of. */
    UUID answered() {
        Answer given = answer.orTimeout(60, TimeUnit.SECONDS).join().expect(202);
        return UUID.fromString(given.json().path("id").asText());
    }
}
