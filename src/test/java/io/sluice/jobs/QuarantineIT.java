package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
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

/** A job that takes its nodes down with it is set apart; and what a running job says about its end. */
class QuarantineIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    private static Api operator;

    private final String mark = "taken-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void leaveNothingThatWaitsOrRuns() {
        DATABASE.execute("delete from jobs where request_id = ? and status in ('pending', 'running')", mark);
    }

    @Test
    void poisonIsListedApartAndRunsAgainOnlyForSomebodyWhoMeansIt() {
        UUID poison = running("gen_random_uuid()", "started_at = now(), rescues = 4, project_id = 'poisoned'");
        DATABASE.execute("""
                insert into jobs (type, payload, status, attempts, max_attempts, completed_at, project_id)
                values ('test_sleep', '{"sleep_ms": 0}', 'failed', 1, 1, now(), 'poisoned')
                """);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, poison), "failed"::equals);
        JsonNode listed = operator.get("/v1/jobs?quarantined=true&project_id=poisoned")
                .expect(200)
                .json()
                .path("items");
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).path("id").asText()).isEqualTo(poison.toString());
        assertThat(listed.get(0).path("quarantined").asBoolean()).isTrue();
        assertThat(listed.get(0).path("rescues").asInt()).isEqualTo(5);
        assertThat(listed.get(0).path("last_error").asText()).contains("quarantined");
        assertThat(retried("{\"project_id\": \"poisoned\", \"dry_run\": true}")).isOne();
        assertThat(retried("{\"project_id\": \"poisoned\"}")).isOne();
        assertThat(status(DATABASE, poison)).isEqualTo("failed");
        assertThat(retried("""
                {"project_id": "poisoned", "quarantined": true, "reason": "Runs with more memory now."}
                """)).isOne();
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, poison), "completed"::equals);
        JsonNode released = operator.get("/v1/jobs/" + poison).expect(200).json();
        assertThat(released.path("quarantined").asBoolean()).isFalse();
        assertThat(released.at("/rescues").isInt()).isTrue();
        assertThat(released.path("rescues").asInt()).isZero();
        assertThat(DATABASE.count("""
                select count(*) from audit_entries
                where action = 'jobs.retried' and after ->> 'reason' = 'Runs with more memory now.' and actor_kind = 'token'
                """)).isOne();
        operator.post("/v1/jobs/cancel", "{\"quarantined\": true}").expect(400);
    }

    /** Else a job with the usual three attempts could take three nodes with it, and three more for each bulk retry. */
    @Test
    void aJobThatLostItsNodeInEveryAttemptIsPoisonToo() {
        UUID everyTime = running("gen_random_uuid()", 3, 3, "started_at = now(), rescues = 2");
        UUID notEveryTime = running("gen_random_uuid()", 3, 3, "started_at = now(), rescues = 1");
        UUID onlyOnce = running("gen_random_uuid()", 1, 1, "started_at = now()");
        for (UUID job : List.of(everyTime, notEveryTime, onlyOnce)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, job), "failed"::equals);
            assertThat(operator.get("/v1/jobs/" + job)
                            .json()
                            .path("quarantined")
                            .asBoolean())
                    .isEqualTo(job.equals(everyTime));
            assertThat(TestJobs.node().output()).contains("job failed for good job_id=" + job);
        }
    }

    @Test
    void progressSaysHowMuchTimeRemains() {
        UUID job = running(
                "(select id from nodes where state = 'active' order by heartbeat_at desc limit 1)",
                "started_at = sluice_now() - interval '60 seconds', progress_at = sluice_now(), progress_percent = 25");
        JsonNode progress = operator.get("/v1/jobs/" + job).expect(200).json().path("progress");
        assertThat(progress.path("remaining_seconds").asDouble()).isCloseTo(180, within(10.0));
        DATABASE.execute("update jobs set progress_percent = 0 where id = ?", job);
        assertThat(operator.get("/v1/jobs/" + job)
                        .json()
                        .path("progress")
                        .path("remaining_seconds")
                        .isNull())
                .isTrue();
    }

    /** A job that a node has taken, as its row says. */
    private UUID running(String node, String more) {
        return running(node, 1, 3, more);
    }

    private UUID running(String node, int attempt, int mostAttempts, String more) {
        UUID id = DATABASE.value("""
                insert into jobs (type, payload, scheduled_at, request_id)
                values ('test_sleep', '{"sleep_ms": 0}', sluice_now() + interval '1 day', ?) returning id
                """, mark);
        DATABASE.execute("""
                update jobs
                set status = 'running', scheduled_at = now(), attempts = %d, max_attempts = %d,
                    deadline_at = now() + interval '1 hour', fencing_token = nextval('job_fencing_tokens'), node_id = %s, %s
                where id = ?
                """.formatted(attempt, mostAttempts, node, more), id);
        return id;
    }

    private static long retried(String selection) {
        return operator.post("/v1/jobs/retry", selection)
                .expect(202)
                .json()
                .path("count")
                .asLong(-1);
    }
}
