package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators do with many jobs and with job types. */
class JobOperationsIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void resume() {
        operator.post("/v1/jobs/resume", null).expect(200);
    }

    @Test
    void aBatchIsEnqueuedAllOrNone() {
        String good = "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 0}, \"unique_key\": \"batch-1\"}";
        String bad = "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": -1}}";
        operator.post("/v1/jobs/batch", "{\"jobs\": [" + good + ", " + bad + "]}")
                .expect(400);
        assertThat(DATABASE.count("select count(*) from jobs where unique_key = 'batch-1'"))
                .isZero();
        JsonNode ids = operator.post("/v1/jobs/batch", "{\"jobs\": [" + (good + ", ").repeat(999) + good + "]}")
                .expect(202)
                .json()
                .path("ids");
        assertThat(ids).hasSize(1_000);
        assertThat(ids.get(0)).isEqualTo(ids.get(999));
        assertThat(DATABASE.count("select count(*) from jobs where unique_key = 'batch-1'"))
                .isEqualTo(1);
        operator.post("/v1/jobs/batch", "{\"jobs\": [" + (good + ", ").repeat(1_000) + good + "]}")
                .expect(400);
        operator.post("/v1/jobs/batch", "{\"jobs\": []}").expect(400);
    }

    @Test
    void deadLettersAreCountedFirstAndThenRetriedTogether() {
        DATABASE.execute("""
                insert into jobs (type, payload, status, attempts, max_attempts, completed_at, project_id, unique_key)
                select 'test_sleep', '{"sleep_ms": 0}', 'failed', 1, 1, now(), 'bulk', case when n <= 3 then 'bulk-one' end
                from generate_series(1, 40) n
                """);
        String failed = "{\"project_id\": \"bulk\", \"status\": \"failed\"%s}";
        long entries = DATABASE.count("select count(*) from audit_entries where action = 'jobs.retried'");
        assertThat(count("retry", failed.formatted(", \"dry_run\": true"))).isEqualTo(38);
        assertThat(DATABASE.count("select count(*) from jobs where project_id = 'bulk' and status = 'failed'"))
                .isEqualTo(40);
        assertThat(count("retry", failed.formatted(""))).isEqualTo(38);
        await().atMost(Duration.ofSeconds(30)).until(() -> DATABASE.count("""
                select count(*) from jobs where project_id = 'bulk' and status = 'completed' and attempts = 2
                """) == 38);
        assertThat(DATABASE.count("select count(*) from audit_entries where action = 'jobs.retried'"))
                .isEqualTo(entries + 1);
        operator.post("/v1/jobs/retry", "{}").expect(400);
        operator.post("/v1/jobs/retry", "{\"status\": \"completed\"}").expect(400);
    }

    @Test
    void aJobThatWasPutOffAgainAndAgainShowsItsLatestAttempts() {
        String type = "put-off-" + UUID.randomUUID();
        UUID job = DATABASE.value("""
                insert into jobs (type, status, completed_at) values (?, 'completed', sluice_now()) returning id
                """, type);
        DATABASE.execute("""
                insert into job_attempts (job_id, fencing_token, attempt, worker, started_at, ended_at, outcome, error)
                select ?, n, 1, 'one', sluice_now(), sluice_now(), 'snoozed', 'number ' || n
                from generate_series(1, 10000) n
                """, job);
        for (JsonNode shown : List.of(
                operator.get("/v1/jobs/" + job).expect(200).json(),
                operator.get("/v1/jobs?type=" + type).expect(200).json().at("/items/0"))) {
            assertThat(shown.path("history")).hasSize(100);
            assertThat(shown.at("/history/0/error").asText()).isEqualTo("number 9901");
            assertThat(shown.at("/history/99/error").asText()).isEqualTo("number 10000");
        }
        DATABASE.execute("delete from jobs where id = ?", job);
    }

    @Test
    void jobsAreCancelledTogether() {
        DATABASE.execute("""
                insert into jobs (type, payload, scheduled_at, project_id)
                select 'test_sleep', '{"sleep_ms": 0}', now() + interval '1 day', 'bulk-cancel' from generate_series(1, 25)
                """);
        UUID running = TestJobs.insert(DATABASE, "test_sleep", "{\"sleep_ms\": 600000}");
        await().atMost(Duration.ofSeconds(20)).until(() -> status(DATABASE, running), "running"::equals);
        assertThat(count("cancel", "{\"project_id\": \"bulk-cancel\"}")).isEqualTo(25);
        assertThat(count("cancel", "{\"ids\": [\"" + running + "\"]}")).isEqualTo(1);
        await().atMost(Duration.ofSeconds(20)).until(() -> status(DATABASE, running), "cancelled"::equals);
        assertThat(DATABASE.count(
                        "select count(*) from jobs where project_id = 'bulk-cancel' and status = 'cancelled'"))
                .isEqualTo(25);
    }

    @Test
    void whileAllTypesArePausedNothingIsClaimed() {
        operator.post("/v1/jobs/pause", null).expect(200);
        UUID plain = TestJobs.insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}");
        UUID key = keyed("{\"sleep_ms\": 0}");
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(30))
                .failFast("claimed", () -> !pending(plain) || !pending(key))
                .until(() -> pending(plain) && pending(key));
        operator.post("/v1/jobs/resume", null).expect(200);
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> List.of(status(DATABASE, plain), status(DATABASE, key)),
                        List.of("completed", "completed")::equals);
    }

    @Test
    void aRateSpreadsTheStartsOfAType() {
        operator.put("/v1/job-types/test_waiting", "{\"rate_limit\": {\"jobs\": 4, \"per_seconds\": 1}}")
                .expect(200);
        try {
            DATABASE.execute("""
                    insert into jobs (type, payload, project_id)
                    select 'test_waiting', '{"sleep_ms": 0}', 'rate' from generate_series(1, 16)
                    """);
            TestJobs.wake(DATABASE);
            await().atMost(Duration.ofSeconds(60)).until(() -> DATABASE.count("""
                    select count(*) from jobs where project_id = 'rate' and status = 'completed'
                    """) == 16);
        } finally {
            operator.put("/v1/job-types/test_waiting", "{\"rate_limit\": {\"jobs\": 0, \"per_seconds\": 1}}")
                    .expect(200);
        }
        assertThat(DATABASE.<Number>value("""
                select extract(epoch from max(started_at) - min(started_at)) from jobs where project_id = 'rate'
                """).doubleValue()).isBetween(2.8, 30.0);
        assertThat(DATABASE.count("""
                select max(n) from (select count(*) over (order by started_at
                    range between interval '0.9 seconds' preceding and current row) as n
                    from jobs where project_id = 'rate') counted
                """)).isLessThanOrEqualTo(8);
    }

    private static boolean pending(UUID job) {
        return status(DATABASE, job).equals("pending");
    }

    private static UUID keyed(String payload) {
        return UUID.fromString(operator.post("/v1/jobs", """
                        {"type": "test_sleep", "payload": %s, "concurrency_key": "reasons", "concurrency_limit": 1}
                        """.formatted(payload))
                .expect(202)
                .json()
                .path("id")
                .asText());
    }

    private static long count(String call, String selection) {
        return operator.post("/v1/jobs/" + call, selection)
                .expect(202)
                .json()
                .path("count")
                .asLong(-1);
    }
}
