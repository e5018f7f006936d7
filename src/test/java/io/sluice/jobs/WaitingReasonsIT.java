package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What people are told about a job that waits. */
class WaitingReasonsIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TYPE = "/v1/job-types/test_waiting";
    private static final int LONG = 600_000;

    /** That the type has for itself. */
    private static final int SLOTS = 20;

    private static Api operator;

    private final String mark = "waits-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void leaveNothingThatWaitsOrRuns() {
        DATABASE.execute("delete from jobs where request_id = ? and status in ('pending', 'running')", mark);
    }

    @AfterEach
    void takeAllLimitsAway() {
        operator.post("/v1/jobs/resume", null).expect(200);
        change("""
                {"concurrency": 20, "cluster_concurrency": 0, "project_concurrency": 0,
                 "rate_limit": {"jobs": 0, "per_seconds": 1}}
                """);
        operator.post("/v1/jobs/cancel", "{\"type\": \"test_waiting\"}").expect(202);
        await().atMost(SOON)
                .until(() -> DATABASE.count(
                                "select count(*) from jobs where type = 'test_waiting' and status in ('pending', 'running')")
                        == 0);
    }

    @Test
    void aJobSaysEveryReasonForWhichItWaits() {
        UUID later = DATABASE.value("""
                insert into jobs (type, payload, scheduled_at, request_id)
                values ('test_sleep', '{"sleep_ms": 0}', sluice_now() + interval '1 day', ?) returning id
                """, mark);
        assertThat(reasons(later)).containsExactly("not_due");
        UUID holder = keyed("{\"sleep_ms\": 600000}");
        await().atMost(Duration.ofSeconds(20)).until(() -> status(DATABASE, holder), "running"::equals);
        UUID blocked = keyed("{\"sleep_ms\": 0}");
        assertThat(reasons(blocked)).containsExactly("limit_reached");
        JsonNode reason = waiting(blocked).path("reasons").get(0);
        assertThat(reason.path("holders").get(0).path("job_id").asText()).isEqualTo(holder.toString());
        assertThat(reason.path("limit").asInt()).isEqualTo(1);
        operator.post("/v1/jobs/pause", null).expect(200);
        assertThat(reasons(blocked)).containsExactly("type_paused", "limit_reached");
        UUID unknown = TestJobs.insert(DATABASE, "nobody_knows_this", "{}");
        assertThat(reasons(unknown)).containsExactly("type_paused", "no_worker");
        cancel(unknown);
        UUID plain = TestJobs.insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}");
        assertThat(reasons(plain)).containsExactly("type_paused");
        assertThat(reasons(holder)).isEmpty();
        operator.post("/v1/jobs/resume", null).expect(200);
        operator.post("/v1/jobs/" + holder + "/cancel", null).expect(202);
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> List.of(status(DATABASE, blocked), status(DATABASE, plain)),
                        List.of("completed", "completed")::equals);
        operator.get("/v1/jobs/" + UUID.randomUUID() + "/waiting").expect(404);
    }

    @Test
    void aJobBeyondItsTypesLimitNamesTheLimitAndWhoRuns() {
        change("{\"cluster_concurrency\": 2}");
        List<UUID> holders = List.of(enqueue(LONG, "waits-one"), enqueue(LONG, "waits-two"));
        holders.forEach(holder -> awaitStatus(holder, "running"));
        UUID third = enqueue(0, "waits-three");
        JsonNode reason = onlyReason(third, "limit_reached");
        assertThat(reason.path("limit").asInt()).isEqualTo(2);
        assertThat(reason.path("detail").asText()).contains("the job type on all nodes");
        assertThat(reason.path("holders").findValuesAsText("job_id"))
                .containsExactlyInAnyOrder(
                        holders.get(0).toString(), holders.get(1).toString());
        assertThat(reason.path("holders").findValuesAsText("worker"))
                .allMatch(worker -> worker.startsWith(TestJobs.node().process().pid() + "@"));
        cancel(holders.get(0));
        awaitStatus(third, "completed");
        assertThat(reasons(third)).isEmpty();
    }

    @Test
    void aJobBeyondItsTypesLimitOnEveryNodeNamesTheLimitAndWhoRuns() {
        change("{\"concurrency\": 1}");
        UUID holder = enqueue(LONG, "waits-one");
        awaitStatus(holder, "running");
        UUID second = enqueue(0, "waits-two");
        JsonNode reason = onlyReason(second, "limit_reached");
        assertThat(reason.path("limit").asInt()).isEqualTo(1);
        assertThat(reason.path("detail").asText()).contains("the job type on each node");
        assertThat(reason.path("holders").findValuesAsText("job_id")).containsExactly(holder.toString());
        change("{\"concurrency\": 2}");
        awaitStatus(second, "completed");
    }

    @Test
    void aJobBeyondItsProjectsLimitNamesTheProjectWhileThoseOfOthersRun() {
        change("{\"project_concurrency\": 1}");
        UUID holder = enqueue(LONG, "waits-crowded");
        awaitStatus(holder, "running");
        UUID second = enqueue(0, "waits-crowded");
        awaitStatus(enqueue(0, "waits-roomy"), "completed");
        JsonNode reason = onlyReason(second, "limit_reached");
        assertThat(reason.path("limit").asInt()).isEqualTo(1);
        assertThat(reason.path("detail").asText()).contains("for the project waits-crowded");
        assertThat(reason.path("holders").findValuesAsText("job_id")).containsExactly(holder.toString());
        cancel(holder);
        awaitStatus(second, "completed");
    }

    @Test
    void aJobBeyondItsTypesRateSaysWhenTheNextMayStart() {
        change("{\"rate_limit\": {\"jobs\": 1, \"per_seconds\": 600}}");
        awaitStatus(enqueue(0, "waits-rated"), "completed");
        UUID next = enqueue(0, "waits-rated");
        Instant now = DATABASE.<Timestamp>value("select clock_timestamp()").toInstant();
        assertThat(Instant.parse(onlyReason(next, "rate_limited").path("until").asText()))
                .isBetween(now.plusSeconds(480), now.plusSeconds(600));
        change("{\"rate_limit\": {\"jobs\": 2, \"per_seconds\": 600}}");
        awaitStatus(next, "completed");
    }

    @Test
    void aJobThatOnlyWaitsForASlotSaysHowManyComeBeforeIt() {
        change("{\"concurrency\": 1000}");
        UUID running = enqueue(LONG, "waits-queue");
        for (int others = 1; others < SLOTS; others++) {
            enqueue(LONG, "waits-queue");
        }
        await().atMost(SOON).until(() -> DATABASE.count("""
                        select count(*) from jobs where type = 'test_waiting' and status = 'running'
                        """) == SLOTS);
        UUID first = enqueue(0, "waits-queue");
        UUID second = enqueue(0, "waits-queue");
        UUID third = enqueue(0, "waits-queue");
        assertThat(ahead(first)).isZero();
        assertThat(ahead(second)).isEqualTo(1);
        assertThat(ahead(third)).isEqualTo(2);
        UUID urgent = enqueue("""
                "type": "test_waiting", "payload": {"sleep_ms": 0}, "priority": 1000""");
        assertThat(ahead(urgent)).isZero();
        assertThat(ahead(third)).as("one more that is more urgent").isEqualTo(3);
        cancel(running);
        for (UUID job : List.of(urgent, first, second, third)) {
            awaitStatus(job, "completed");
        }
        assertThat(DATABASE.count("""
                select count(*) from jobs a, jobs b
                where a.id = ? and b.id = ? and a.fencing_token < b.fencing_token
                """, urgent, first))
                .as("it really came before")
                .isOne();
    }

    private static int ahead(UUID job) {
        return onlyReason(job, "queue").path("ahead").asInt(-1);
    }

    private static JsonNode onlyReason(UUID job, String code) {
        JsonNode told = waiting(job);
        assertThat(told.path("reasons").findValuesAsText("code")).containsExactly(code);
        return told.path("reasons").get(0);
    }

    private static void change(String policy) {
        operator.put(TYPE, policy).expect(200);
    }

    private UUID enqueue(int sleepMs, String project) {
        operator.post("/v1/projects", """
                {"id": "%s", "name": "A project", "owner_email": "owner@example.org"}
                """.formatted(project));
        return enqueue("""
                "type": "test_waiting", "payload": {"sleep_ms": %d}, "project_id": "%s"
                """.formatted(sleepMs, project));
    }

    private UUID keyed(String payload) {
        return enqueue("""
                "type": "test_sleep", "payload": %s, "concurrency_key": "reasons", "concurrency_limit": 1
                """.formatted(payload));
    }

    private UUID enqueue(String members) {
        return UUID.fromString(operator.post("/v1/jobs", "{" + members + "}", "X-Request-Id", mark)
                .expect(202)
                .json()
                .path("id")
                .asText());
    }

    private static void cancel(UUID job) {
        operator.post("/v1/jobs/" + job + "/cancel", null).expect(202);
    }

    private static void awaitStatus(UUID job, String status) {
        await().atMost(SOON).until(() -> status(DATABASE, job), status::equals);
    }

    private static JsonNode waiting(UUID id) {
        return operator.get("/v1/jobs/" + id + "/waiting").expect(200).json();
    }

    private static List<String> reasons(UUID id) {
        return waiting(id).path("reasons").findValuesAsText("code");
    }
}
