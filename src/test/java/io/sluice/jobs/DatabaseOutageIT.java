package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.insert;
import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The database goes away and comes back; the engine recovers by itself. On a node of its own: for a while afterwards a node
 * gives back what it holds by its rows and does not know of, which other tests make up.
 */
class DatabaseOutageIT {
    private static final TestDatabase DATABASE = TestJobs.createDatabase();
    private static final Duration SOON = Duration.ofSeconds(30);

    private static SluiceServer node;

    @BeforeAll
    static void start() {
        node = TestJobs.node(DATABASE)
                .environment("SLUICE_HEALTH_SILENCE_MAX", "PT10S")
                .start();
        node.awaitReady(SharedServer.START_TIMEOUT);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void jobsGoOnAfterTheDatabaseWasAway() throws SQLException {
        UUID running = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 2000}");
        await().atMost(SOON).until(() -> status(DATABASE, running), "running"::equals);
        admin("alter database " + DATABASE.name() + " with allow_connections false");
        long begun = System.nanoTime();
        try {
            // Again and again, so that no connection outlives the outage.
            await().pollInterval(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        admin("select pg_terminate_backend(pid) from pg_stat_activity where datname = '"
                                + DATABASE.name() + "'");
                        return System.nanoTime() - begun > Duration.ofSeconds(5).toNanos();
                    });
        } finally {
            admin("alter database " + DATABASE.name() + " with allow_connections true");
        }
        await().atMost(SOON).until(() -> status(DATABASE, running), "completed"::equals);
        UUID later = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}");
        await().atMost(SOON).until(() -> status(DATABASE, later), "completed"::equals);
        assertThat(TestJobs.outcomes(DATABASE, running)).endsWith("completed");
    }

    @Test
    void losingEveryConnectionOnceIsNotNoticedByJobs() throws SQLException {
        UUID running = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 3000}");
        // Until the handler runs: before that the answer to the claim could be lost, and the job would be given back.
        await().atMost(SOON).until(() -> !ledger(DATABASE, running).isEmpty());
        // Those of the node; what the handler writes by a connection of its own is not what this is about.
        admin("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + DATABASE.name()
                + "' and application_name like 'sluice-%'");
        await().atMost(SOON).until(() -> status(DATABASE, running), "completed"::equals);
        assertThat(TestJobs.outcomes(DATABASE, running)).containsExactly("completed");
    }

    @Test
    void aWorkerThreadThatGetsNowhereTurnsReadinessRedUntilItDoes() throws SQLException {
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table jobs in access exclusive mode");
            await().atMost(SOON).until(() -> readiness("worker").equals("DOWN"));
            assertThat(readiness("database")).isEqualTo("UP");
            connection.rollback();
        }
        await().atMost(SOON).until(() -> readiness("worker").equals("UP"));
    }

    private static String readiness(String name) {
        for (JsonNode check :
                new Api(node.baseUri(), null).get("/health/ready").json().path("checks")) {
            if (check.path("name").asText().equals(name)) {
                return check.path("status").asText();
            }
        }
        return "missing";
    }

    private static void admin(String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(SharedServer.postgres().url("postgres"), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
