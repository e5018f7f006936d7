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
        for (String project : new String[] {"shown", "hidden"}) {
            operator.post("/v1/projects", """
                    {"id": "%s", "name": "A project", "owner_email": "owner@example.org"}
                    """.formatted(project));
        }
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
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> operator.get("/v1/jobs/" + id)
                                .json()
                                .path("status")
                                .asText(),
                        "completed"::equals);
        assertThat(DATABASE.count("""
                        select count(*) from jobs
                        where id = cast(? as uuid) and started_at - created_at < interval '2 seconds'
                        """, id)).as("at once").isOne();
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
        // Not of the whole table: every few minutes schedules enqueue something.
        String request = "refused-" + UUID.randomUUID();
        bad.forEach((body, member) -> {
            Answer answer =
                    operator.post("/v1/jobs", body, "X-Request-Id", request).expect(400);
            assertThat(answer.code()).isEqualTo("VALIDATION_ERROR");
            assertThat(answer.json().path("errors").get(0).path("field").asText())
                    .as(body)
                    .isEqualTo(member);
        });
        assertThat(DATABASE.count("select count(*) from jobs where request_id = ?", request))
                .isZero();
    }

    @Test
    void aUniqueKeyHoldsForAsLongAsItsJobIsAlive() {
        String key = "only-one-" + UUID.randomUUID();
        String body = """
                {"type": "test_sleep", "payload": {"sleep_ms": 1}, "unique_key": "%s", "delay_seconds": 3600}
                """.formatted(key);
        String first =
                operator.post("/v1/jobs", body).expect(202).json().path("id").asText();
        assertThat(operator.post("/v1/jobs", body).expect(200).json().path("id").asText())
                .isEqualTo(first);
        cancel(UUID.fromString(first)).expect(202);
        String second =
                operator.post("/v1/jobs", body).expect(202).json().path("id").asText();
        assertThat(second).isNotEqualTo(first);
        assertThat(retry(UUID.fromString(first)).expect(409).code()).isEqualTo("CONFLICT");
        cancel(UUID.fromString(second)).expect(202);
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
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, completed), "completed"::equals);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, failed), "failed"::equals);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, running), "running"::equals);

        for (UUID job : new UUID[] {completed, running, pending}) {
            assertThat(retry(job).expect(409).code()).isEqualTo("CONFLICT");
        }
        for (UUID job : new UUID[] {completed, failed}) {
            assertThat(cancel(job).expect(409).code()).isEqualTo("CONFLICT");
        }
        assertThat(cancel(pending).expect(202).json().path("status").asText()).isEqualTo("cancelled");
        assertThat(cancel(pending).status()).isEqualTo(409);
        assertThat(cancel(running).expect(202).json().path("status").asText()).isEqualTo("running");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, running), "cancelled"::equals);

        retry(pending).expect(202);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, pending), "completed"::equals);
        retry(failed).expect(202);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> ledger(DATABASE, failed).size() == 2);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, failed), "failed"::equals);
        assertThat(retry(UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(DATABASE.query(
                        "select action from audit_entries where target_id = ? order by id", pending.toString()))
                .extracting("action")
                .containsExactly("job.cancelled", "job.retried");
    }

    @Test
    void ofTwoRetriesAtOnceOneIsMade() {
        UUID failed = insert(DATABASE, "test_fail", "{\"how\": \"failed\"}");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, failed), "failed"::equals);
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
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, failed), "failed"::equals);
        assertThat(ledger(DATABASE, failed)).hasSize(2);
    }

    @Test
    void anOwnerSeesTheJobsOfItsProjectsAndNoOthers() {
        String token = operator.post("/v1/tokens", """
                        {"name": "an owner", "role": "owner", "projects": ["shown"]}
                        """)
                .expect(201)
                .json()
                .path("token")
                .asText();
        Api owner = operator.as(token);
        String mine = enqueueFor("shown");
        String others = enqueueFor("hidden");
        String nobodys = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}").toString();
        assertThat(owner.get("/v1/jobs/" + mine)
                        .expect(200)
                        .json()
                        .path("project_id")
                        .asText())
                .isEqualTo("shown");
        assertThat(owner.get("/v1/jobs/" + others).expect(404).code()).isEqualTo("NOT_FOUND");
        assertThat(owner.get("/v1/jobs/" + nobodys).expect(404).code()).isEqualTo("NOT_FOUND");
        assertThat(owner.get("/v1/jobs?limit=200").json().path("items").findValuesAsText("project_id"))
                .contains("shown")
                .containsOnly("shown");
        assertThat(owner.get("/v1/jobs?project_id=hidden").status()).isEqualTo(404);
        assertThat(owner.post("/v1/jobs/" + mine + "/retry", null).status()).isEqualTo(403);
        assertThat(owner.get("/v1/stats").status()).isEqualTo(403);
    }

    @Test
    void aJobOfAnUnknownProjectIsRefused() {
        assertThat(operator.post("/v1/jobs", """
                        {"type": "test_sleep", "payload": {"sleep_ms": 0}, "project_id": "never-made"}
                        """).expect(404).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    void theListHoldsWhatWasEnqueuedFromOneTimeUntilBeforeAnother() {
        String type = "listed-" + UUID.randomUUID();
        DATABASE.execute("""
                insert into jobs (type, payload, status, completed_at, request_id, created_at)
                select ?, '{}', 'completed', sluice_now(), to_char(day at time zone 'UTC', 'YYYY-MM-DD'), day
                from generate_series(timestamptz '2026-03-01T00:00:00Z', '2026-03-04T00:00:00Z', interval '1 day') day
                """, type);
        Map<String, String[]> listed = Map.of(
                "", new String[] {"2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"},
                "&from=2026-03-02T00:00:00Z", new String[] {"2026-03-02", "2026-03-03", "2026-03-04"},
                "&to=2026-03-02T00:00:00Z", new String[] {"2026-03-01"},
                "&from=2026-03-02T00:00:00Z&to=2026-03-04T00:00:00Z", new String[] {"2026-03-02", "2026-03-03"},
                "&from=2026-03-01T00:00:00.001Z&to=2026-03-01T23:59:59Z", new String[] {});
        listed.forEach((range, days) -> assertThat(operator.get("/v1/jobs?type=" + type + range)
                        .expect(200)
                        .json()
                        .path("items")
                        .findValuesAsText("request_id"))
                .as(range)
                .containsExactlyInAnyOrder(days));
        assertThat(operator.get("/v1/jobs?from=yesterday").expect(400).code()).isEqualTo("VALIDATION_ERROR");
        DATABASE.execute("delete from jobs where type = ?", type);
    }

    @Test
    void theListPagesWithoutGapsWhileJobsAreAdded() {
        for (int i = 0; i < 5; i++) {
            enqueueFor("hidden");
        }
        JsonNode first =
                operator.get("/v1/jobs?project_id=hidden&limit=3").expect(200).json();
        enqueueFor("hidden");
        JsonNode second = operator.get("/v1/jobs?project_id=hidden&limit=3&cursor="
                        + first.path("next_cursor").asText())
                .expect(200)
                .json();
        String lastOfFirst = first.path("items").get(2).path("id").asText();
        assertThat(second.path("items").findValuesAsText("id"))
                .isNotEmpty()
                .allMatch(id -> id.compareTo(lastOfFirst) < 0);
        assertThat(operator.get("/v1/jobs?status=asleep").expect(400).code()).isEqualTo("VALIDATION_ERROR");
        assertThat(operator.get("/v1/jobs?cursor=bad").expect(400).code()).isEqualTo("VALIDATION_ERROR");
    }

    @Test
    void theStatesOfTheTableAreTheStatesOfTheApi() {
        String check = DATABASE.value("""
                select pg_get_constraintdef(oid) from pg_constraint where conname = 'jobs_status_check'
                """);
        for (JobStatus status : JobStatus.values()) {
            assertThat(check).contains("'" + status.word() + "'");
        }
        assertThat(check.split("::text", -1)).hasSize(JobStatus.values().length + 1);
    }

    private static String enqueueFor(String project) {
        return operator.post("/v1/jobs", """
                        {"type": "test_sleep", "payload": {"sleep_ms": 0}, "project_id": "%s"}
                        """.formatted(project))
                .expect(202)
                .json()
                .path("id")
                .asText();
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
