package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.insert;
import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobsApiIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @Test
    void anEnqueuedJobStartsAtOnceAndShowsItsLife() {
        Answer enqueued = operator.post("/v1/jobs", """
                        {"type": "test_sleep", "payload": {"sleep_ms": 1}, "priority": 7, "project_id": "shown"}
                        """, "X-Request-Id", "request-of-this-test")
                .expect(202);
        String id = enqueued.json().path("id").asText();
        assertThat(enqueued.header("Location")).endsWith("/v1/jobs/" + id);
        assertThat(enqueued.json().path("max_attempts").asInt()).isEqualTo(3);
        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(2))
                .until(
                        () -> operator.get("/v1/jobs/" + id)
                                .json()
                                .path("status")
                                .asText(),
                        "completed"::equals);
        JsonNode job = operator.get("/v1/jobs/" + id).expect(200).json();
        assertThat(job.path("payload").toString()).isEqualTo("{\"sleep_ms\":1}");
        assertThat(job.path("result").toString()).isEqualTo("{\"slept_ms\":1}");
        assertThat(job.path("priority").asInt()).isEqualTo(7);
        assertThat(job.path("project_id").asText()).isEqualTo("shown");
        assertThat(job.path("request_id").asText()).isEqualTo("request-of-this-test");
        assertThat(job.path("attempts").asInt()).isOne();
        assertThat(job.path("history")).hasSize(1);
        assertThat(job.path("history").get(0).path("outcome").asText()).isEqualTo("completed");
        assertThat(job.path("history").get(0).path("worker").asText()).isNotBlank();
        assertThat(operator.get("/v1/jobs?project_id=shown&type=test_sleep&status=completed&limit=200")
                        .json()
                        .path("items")
                        .findValuesAsText("id"))
                .contains(id);
        assertThat(DATABASE.count(
                        "select count(*) from audit_entries where target_id = ? and action = 'job.enqueued'", id))
                .isOne();
    }

    @Test
    void whatNoHandlerCouldRunIsRefusedByItsMember() {
        Map<String, String> bad = Map.of(
                "{\"type\": \"unheard_of\"}", "type",
                "{\"payload\": {}}", "type",
                "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": \"1\"}}", "payload.sleep_ms",
                "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": -1}}", "payload.sleep_ms",
                "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 1, \"more\": 2}}", "payload.more",
                "{\"type\": \"test_sleep\", \"payload\": []}", "payload",
                "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 1}, \"priority\": 1001}", "priority",
                "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 1}, \"max_attempts\": 101}", "max_attempts",
                "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 1}, \"scheduled_at\": \"2099-01-01T00:00:00Z\"}",
                        "scheduled_at");
        long before = DATABASE.count("select count(*) from jobs");
        bad.forEach((body, member) -> {
            Answer answer = operator.post("/v1/jobs", body).expect(400);
            assertThat(answer.code()).isEqualTo("VALIDATION_ERROR");
            assertThat(answer.json().path("errors").get(0).path("field").asText())
                    .as(body)
                    .isEqualTo(member);
        });
        assertThat(DATABASE.count("select count(*) from jobs")).isEqualTo(before);
    }

    @Test
    void aUniqueKeyHoldsForAsLongAsItsJobIsAlive() {
        String body = """
                {"type": "test_sleep", "payload": {"sleep_ms": 1}, "unique_key": "only-one", "delay_seconds": 2}
                """;
        String first =
                operator.post("/v1/jobs", body).expect(202).json().path("id").asText();
        assertThat(operator.post("/v1/jobs", body).expect(200).json().path("id").asText())
                .isEqualTo(first);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> status(DATABASE, UUID.fromString(first)), "completed"::equals);
        assertThat(operator.post("/v1/jobs", body).expect(202).json().path("id").asText())
                .isNotEqualTo(first);
    }

    @Test
    void onlyFailedAndCancelledJobsCanBeRetriedAndOnlyLiveOnesCancelled() {
        UUID completed = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}");
        UUID failed = insert(DATABASE, "test_fail", "{\"how\": \"failed\"}");
        UUID running = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 60000}");
        UUID pending = DATABASE.value("""
                insert into jobs (type, payload, scheduled_at)
                values ('test_sleep', '{"sleep_ms": 0}', now() + interval '1 day') returning id
                """);
        await().atMost(Duration.ofSeconds(10)).until(() -> status(DATABASE, completed), "completed"::equals);
        await().atMost(Duration.ofSeconds(10)).until(() -> status(DATABASE, failed), "failed"::equals);
        await().atMost(Duration.ofSeconds(10)).until(() -> status(DATABASE, running), "running"::equals);

        for (UUID job : new UUID[] {completed, running, pending}) {
            assertThat(retry(job).expect(409).code()).isEqualTo("CONFLICT");
        }
        for (UUID job : new UUID[] {completed, failed}) {
            assertThat(cancel(job).expect(409).code()).isEqualTo("CONFLICT");
        }
        assertThat(cancel(pending).expect(202).json().path("status").asText()).isEqualTo("cancelled");
        assertThat(cancel(pending).status()).isEqualTo(409);
        assertThat(cancel(running).expect(202).json().path("status").asText()).isEqualTo("running");
        await().atMost(Duration.ofSeconds(4)).until(() -> status(DATABASE, running), "cancelled"::equals);

        retry(pending).expect(202);
        await().atMost(Duration.ofSeconds(3)).until(() -> status(DATABASE, pending), "completed"::equals);
        retry(failed).expect(202);
        await().atMost(Duration.ofSeconds(3))
                .until(() -> ledger(DATABASE, failed).size() == 2);
        await().atMost(Duration.ofSeconds(3)).until(() -> status(DATABASE, failed), "failed"::equals);
        assertThat(retry(UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(DATABASE.query(
                        "select action from audit_entries where target_id = ? order by id", pending.toString()))
                .extracting("action")
                .containsExactly("job.cancelled", "job.retried");
    }

    @Test
    void ofTwoRetriesAtOnceOneIsMade() {
        UUID failed = insert(DATABASE, "test_fail", "{\"how\": \"failed\"}");
        await().atMost(Duration.ofSeconds(10)).until(() -> status(DATABASE, failed), "failed"::equals);
        try {
            pause(true);
            CompletableFuture<Integer> one =
                    CompletableFuture.supplyAsync(() -> retry(failed).status());
            CompletableFuture<Integer> two =
                    CompletableFuture.supplyAsync(() -> retry(failed).status());
            assertThat(new int[] {one.join(), two.join()}).containsExactlyInAnyOrder(202, 409);
            assertThat(status(DATABASE, failed)).isEqualTo("pending");
        } finally {
            pause(false);
        }
        await().atMost(Duration.ofSeconds(8)).until(() -> status(DATABASE, failed), "failed"::equals);
        assertThat(ledger(DATABASE, failed)).hasSize(2);
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
            await().atMost(Duration.ofSeconds(10)).until(() -> status(DATABASE, job), "completed"::equals);
        }
        assertThat(DATABASE.count("""
                        select count(*) from job_attempts a join job_attempts b using (attempt)
                        where a.job_id = any (?) and b.job_id = any (?) and a.job_id < b.job_id
                          and a.started_at < b.ended_at and b.started_at < a.ended_at
                        """, jobs, jobs)).isZero();
        operator.put("/v1/job-types/test_deaf", "{\"concurrency\": 10}").expect(200);
    }

    @Test
    void statsCountTheQueueAndNameTheWorkers() {
        UUID job = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}");
        await().atMost(Duration.ofSeconds(10)).until(() -> status(DATABASE, job), "completed"::equals);
        JsonNode stats = operator.get("/v1/stats").expect(200).json();
        assertThat(stats.path("workers").findValues("slots")).isNotEmpty();
        assertThat(stats.path("last_hour").path("completed").asLong()).isPositive();
        assertThat(stats.path("last_hour").path("p50_seconds").asDouble()).isGreaterThanOrEqualTo(0);
        assertThat(stats.path("oldest_due_seconds").asDouble()).isGreaterThanOrEqualTo(0);
        assertThat(stats.path("counts").findValuesAsText("type")).contains("test_sleep");
    }

    private static void pause(boolean paused) {
        operator.put("/v1/job-types/test_fail", "{\"paused\": " + paused + "}").expect(200);
    }

    private static Answer retry(UUID id) {
        return operator.post("/v1/jobs/" + id + "/retry", null);
    }

    private static Answer cancel(UUID id) {
        return operator.post("/v1/jobs/" + id + "/cancel", null);
    }
}
