package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.insert;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The database goes away and comes back; the engine recovers by itself. */
class DatabaseOutageIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    @BeforeAll
    static void start() {
        TestJobs.node();
    }

    @Test
    void jobsGoOnAfterTheDatabaseWasAway() throws SQLException {
        UUID running = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 2000}");
        await().atMost(Duration.ofSeconds(7)).until(() -> status(DATABASE, running), "running"::equals);
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
        await().atMost(Duration.ofSeconds(15)).until(() -> status(DATABASE, running), "completed"::equals);
        UUID later = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}");
        await().atMost(Duration.ofSeconds(7)).until(() -> status(DATABASE, later), "completed"::equals);
        assertThat(TestJobs.outcomes(DATABASE, running)).endsWith("completed");
    }

    @Test
    void losingEveryConnectionOnceIsNotNoticedByJobs() throws SQLException {
        UUID running = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1000}");
        await().atMost(Duration.ofSeconds(7)).until(() -> status(DATABASE, running), "running"::equals);
        admin("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + DATABASE.name() + "'");
        await().atMost(Duration.ofSeconds(7)).until(() -> status(DATABASE, running), "completed"::equals);
        assertThat(TestJobs.outcomes(DATABASE, running)).containsExactly("completed");
    }

    @Test
    void aWorkerThreadThatGetsNowhereTurnsReadinessRedUntilItDoes() throws SQLException {
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table jobs in access exclusive mode");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> readiness("worker").equals("DOWN"));
            assertThat(readiness("database")).isEqualTo("UP");
            connection.rollback();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> readiness("worker").equals("UP"));
    }

    private static String readiness(String name) {
        for (JsonNode check : new Api(TestJobs.node().baseUri(), null)
                .get("/health/ready")
                .json()
                .path("checks")) {
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
