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
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobTypesAndStatsIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void giveTheTypeAllSlots() {
        operator.put("/v1/job-types/test_deaf", "{\"concurrency\": 10}").expect(200);
    }

    @Test
    void jobTypesShowTheirPolicyAndObeyWhatOperatorsSet() {
        JsonNode types = operator.get("/v1/job-types?limit=200").expect(200).json();
        JsonNode hang = null;
        for (JsonNode type : types.path("items")) {
            hang = type.path("type").asText().equals("test_hang") ? type : hang;
        }
        assertThat(hang).isNotNull();
        assertThat(hang.path("timeout_seconds").asDouble()).isEqualTo(1);
        assertThat(hang.path("retry_policy").path("max_attempts").asInt()).isEqualTo(3);
        assertThat(hang.path("retry_policy").path("backoff_seconds").asDouble()).isEqualTo(0.1);
        assertThat(hang.path("payload_schema").path("additionalProperties").asBoolean(true))
                .isFalse();
        assertThat(operator.put("/v1/job-types/test_hang", "{\"concurrency\": 0}")
                        .status())
                .isEqualTo(400);
        assertThat(operator.put("/v1/job-types/unheard_of", "{\"paused\": true}")
                        .status())
                .isEqualTo(404);

        operator.put("/v1/job-types/test_deaf", "{\"concurrency\": 1}").expect(200);
        UUID[] jobs = new UUID[3];
        for (int i = 0; i < jobs.length; i++) {
            jobs[i] = insert(DATABASE, "test_deaf", "{\"run_ms\": 300}");
        }
        for (UUID job : jobs) {
            await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, job), "completed"::equals);
        }
        assertThat(DATABASE.count("""
                        select count(*) from job_attempts a join job_attempts b using (attempt)
                        where a.job_id = any (?) and b.job_id = any (?) and a.job_id < b.job_id
                          and a.started_at < b.ended_at and b.started_at < a.ended_at
                        """, jobs, jobs)).isZero();
    }

    @Test
    void statsCountTheQueueAndNameTheWorkers() {
        UUID job = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, job), "completed"::equals);
        JsonNode stats = operator.get("/v1/stats").expect(200).json();
        assertThat(stats.path("workers").findValues("slots")).isNotEmpty();
        assertThat(stats.path("last_hour").path("completed").asLong()).isPositive();
        assertThat(stats.path("last_hour").path("p50_seconds").asDouble()).isGreaterThanOrEqualTo(0);
        assertThat(stats.path("oldest_due_seconds").asDouble()).isGreaterThanOrEqualTo(0);
        assertThat(stats.path("counts").findValuesAsText("type")).contains("test_sleep");
    }
}
