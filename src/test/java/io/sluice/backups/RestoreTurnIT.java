package io.sluice.backups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One restore of a project at a time. */
class RestoreTurnIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Api operator = SharedServer.operator();
    private final TestDatabase database = SharedServer.database();
    private final TenantData data = new TenantData(operator, database);

    @BeforeAll
    static void needsPgDump() {
        TenantData.needsPgDump();
    }

    @Test
    void aRestoreWaitsForTheSessionThatADeadNodeLeft() throws SQLException {
        String project = data.project();
        JsonNode backup = data.backUp(project);
        String job;
        try (Connection left = database.connect()) {
            begin(left, project);
            job = restore(backup, project);
            await().atMost(PATIENCE)
                    .until(() -> data.job(job).at("/history/0/outcome").isTextual());
            JsonNode waiting = data.job(job);
            assertThat(waiting.at("/history/0/outcome").asText()).isEqualTo("snoozed");
            assertThat(waiting.path("status").asText()).isEqualTo("pending");
            assertThat(waiting.path("attempts").asInt()).isZero();
        }
        database.shiftClock(Duration.ofMinutes(1));
        try {
            TestJobs.wake(database);
            data.awaitJob(job, "completed");
        } finally {
            database.shiftClock(Duration.ofMinutes(-1));
        }
    }

    /** What an attempt does first, and what lasts until PostgreSQL has noticed that its node is gone. */
    private static void begin(Connection session, String project) throws SQLException {
        session.setAutoCommit(false);
        try (PreparedStatement lock =
                session.prepareStatement("select pg_advisory_xact_lock(hashtextextended('sluice restore ' || ?, 0))")) {
            lock.setString(1, project);
            lock.execute();
        }
    }

    private String restore(JsonNode backup, String project) {
        return operator.post(
                        "/v1/backups/" + backup.path("id").asText() + "/restore", "{\"confirm\": \"" + project + "\"}")
                .expect(202)
                .json()
                .path("id")
                .asText();
    }
}
