package io.sluice.quotas;

import static io.sluice.quotas.Limits.METRIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backups and other work that takes long hold up nothing that stops a project. */
class CheckBesideOtherWorkIT {
    private static final int SHARED_SLOTS = 10;

    private final Api api = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    private final TestDatabase database = TestJobs.database();
    private final Limits limits = new Limits(database);
    private final String others = "others-" + UUID.randomUUID();

    @BeforeEach
    void otherWorkTakesTheNodesSlotsAndMoreOfItWaits() {
        database.execute("""
                insert into jobs (type, project_id, payload)
                select 'test_sleep', ?, '{"sleep_ms": 45000}' from generate_series(1, ?)
                """, others, SHARED_SLOTS + 5);
        TestJobs.wake(database);
        await().atMost(Duration.ofSeconds(30)).until(() -> othersThat("status = 'running'") == SHARED_SLOTS);
    }

    @AfterEach
    void stopTheOtherWork() {
        api.post("/v1/jobs/cancel", "{\"project_id\": \"" + others + "\"}").expect(202);
        await().atMost(Duration.ofSeconds(30)).until(() -> othersThat("status in ('pending', 'running')") == 0);
    }

    @Test
    void aProjectWhoseUsageReachesItsCapIsSuspendedInFiveSeconds() {
        String project = limits.project(100L, 100L, 0);
        api.post(
                        "/v1/usage/track",
                        "{\"project_id\": \"%s\", \"metric\": \"%s\", \"quantity\": 100, \"event_id\": \"%s\"}"
                                .formatted(project, METRIC, UUID.randomUUID()))
                .expect(202);
        limits.awaitActedOn(project, () -> limits.status(project).equals("suspended"));
    }

    @Test
    void aReportedProjectIsLookedAtInFiveSeconds() {
        String project = limits.project();
        UUID job = UUID.fromString(api.post(
                        "/v1/abuse/signals",
                        "{\"project_id\": \"" + project + "\", \"pattern\": \"excessive_usage\", \"metrics\": {}}")
                .expect(202)
                .json()
                .path("id")
                .asText());
        limits.result(job);
        assertThat(database.count(
                        "select count(*) from jobs where id = ? and completed_at > created_at + interval '5 seconds'",
                        job))
                .as("looked at later")
                .isZero();
    }

    private long othersThat(String condition) {
        return database.count("select count(*) from jobs where project_id = ? and " + condition, others);
    }
}
