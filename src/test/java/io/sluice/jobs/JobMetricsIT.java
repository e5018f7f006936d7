package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.insert;
import static io.sluice.testkit.TestJobs.insertMarked;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.Metrics;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to jobs moves the figures of {@code /metrics}, each by as much as happened. */
class JobMetricsIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ATTEMPTS = "sluice_job_attempts_total";
    private static final String RUN_TIME = "sluice_job_run_seconds_sum";
    private static final String OLDEST = "sluice_queue_oldest_due_seconds";
    private static final String LAG = "sluice_schedule_lag_seconds";
    private static final double HOUR = 3_600;

    private static Api operator;

    private final String mark = "metrics-" + UUID.randomUUID();
    private Metrics before;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    /** Nothing that other tests left may end, or be tried again, in the middle of this one. */
    @BeforeEach
    void readWhileNothingHappens() {
        await().atMost(SOON).until(() -> DATABASE.count("""
                select count(*) from jobs
                where type like 'test\\_%' and (status = 'running' or status = 'pending' and blocked_by is null
                    and scheduled_at <= sluice_now() + interval '1 minute')
                """) == 0);
        before = Metrics.settled(operator);
    }

    @AfterEach
    void leaveNothingThatWaitsOrRuns() {
        DATABASE.execute("delete from schedules where name = ?", mark);
        DATABASE.execute("delete from jobs where request_id = ? and status in ('pending', 'running')", mark);
    }

    @Test
    void attemptsAndTheirRunTimesAreCountedByTypeAndOutcome() {
        UUID done = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 300}");
        UUID retried = insert(DATABASE, "test_fail", "{\"how\": \"retry\", \"until_attempt\": 3}");
        UUID dead = insert(DATABASE, "test_fail", "{\"how\": \"failed\"}");
        UUID late = insert(DATABASE, "test_hang", "{}", 1);
        UUID stopped = insertMarked(DATABASE, mark, "test_sleep", "{\"sleep_ms\": 600000}");
        awaitStatus(stopped, "running");
        cancel(stopped);
        awaitStatus(stopped, "cancelled");
        awaitStatus(done, "completed");
        awaitStatus(retried, "completed");
        awaitStatus(dead, "failed");
        awaitStatus(late, "failed");

        Metrics after = Metrics.settled(operator);
        assertThat(after.since(before, ATTEMPTS, "type", "test_sleep", "outcome", "completed"))
                .isEqualTo(1);
        assertThat(after.since(before, ATTEMPTS, "type", "test_sleep", "outcome", "cancelled"))
                .isEqualTo(1);
        assertThat(after.since(before, ATTEMPTS, "type", "test_fail", "outcome", "failed"))
                .as("two that were tried again, and one that was not")
                .isEqualTo(3);
        assertThat(after.since(before, ATTEMPTS, "type", "test_fail", "outcome", "completed"))
                .isEqualTo(1);
        assertThat(after.since(before, ATTEMPTS, "type", "test_hang", "outcome", "timed_out"))
                .isEqualTo(1);
        assertThat(after.since(before, "sluice_jobs", "type", "test_fail", "status", "completed"))
                .isEqualTo(1);
        assertThat(after.since(before, "sluice_jobs", "type", "test_fail", "status", "failed"))
                .isEqualTo(1);
        assertThat(after.since(before, "sluice_job_retries_total"))
                .as("the second attempt and the third")
                .isEqualTo(2);
        assertThat(after.since(before, RUN_TIME, "type", "test_sleep", "outcome", "completed"))
                .isBetween(0.3, 3.0);
        assertThat(after.since(before, RUN_TIME, "type", "test_hang", "outcome", "timed_out"))
                .isBetween(1.0, 4.0);
    }

    @Test
    void runTimesAreAHistogramOfEachTypeAndOutcome() {
        UUID slow = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1200}");
        UUID late = insert(DATABASE, "test_hang", "{}", 1);
        awaitStatus(slow, "completed");
        awaitStatus(late, "failed");

        Metrics after = Metrics.settled(operator);
        assertThat(within(after, "1.0", "test_sleep", "completed")).isZero();
        assertThat(within(after, "60.0", "test_sleep", "completed")).isEqualTo(1);
        assertThat(within(after, "300.0", "test_sleep", "completed"))
                .as("those that took longer hold those that took less")
                .isEqualTo(1);
        assertThat(within(after, "+Inf", "test_sleep", "completed")).isEqualTo(1);
        assertThat(after.since(before, "sluice_job_run_seconds_count", "type", "test_sleep", "outcome", "completed"))
                .isEqualTo(1);
        assertThat(within(after, "+Inf", "test_hang", "timed_out")).isEqualTo(1);
        assertThat(within(after, "+Inf", "test_hang", "completed")).isZero();
    }

    private double within(Metrics after, String seconds, String type, String outcome) {
        return after.since(before, "sluice_job_run_seconds_bucket", "type", type, "outcome", outcome, "le", seconds);
    }

    @Test
    void aDueJobThatMustWaitLetsTheAgeOfTheQueueGrow() {
        assertThat(before.sum(OLDEST)).isLessThan(HOUR);
        UUID holder = keyed(600_000, "0 seconds");
        awaitStatus(holder, "running");
        UUID waiting = keyed(0, "1 hour");
        Metrics first = Metrics.settled(operator);
        assertThat(first.sum(OLDEST)).isBetween(HOUR, HOUR + 120);
        Metrics second = Metrics.settled(operator);
        assertThat(second.sum(OLDEST)).as("two readings later").isGreaterThan(first.sum(OLDEST));
        awaitMore(1, "pending");
        awaitMore(1, "running");

        cancel(waiting);
        cancel(holder);
        awaitStatus(holder, "cancelled");
        Metrics last = Metrics.settled(operator);
        assertThat(last.sum(OLDEST)).isLessThan(HOUR);
        awaitMore(0, "pending");
        awaitMore(0, "running");
        awaitMore(2, "cancelled");
    }

    /** Jobs are counted less often than other figures are read where that takes long. */
    private void awaitMore(int jobs, String status) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(Metrics.now(operator)
                                .since(before, "sluice_jobs", "type", "test_sleep", "status", status))
                        .isEqualTo(jobs));
    }

    @Test
    void aJobTakenFromALostNodeIsARescueAndItsNextAttemptARetry() {
        UUID lost = DATABASE.value("""
                insert into jobs (type, payload, scheduled_at)
                values ('test_sleep', '{"sleep_ms": 0}', sluice_now() + interval '1 day') returning id
                """);
        DATABASE.execute("""
                update jobs
                set status = 'running', scheduled_at = sluice_now(), started_at = sluice_now(), attempts = 1,
                    max_attempts = 3, deadline_at = now() + interval '1 hour',
                    fencing_token = nextval('job_fencing_tokens'), node_id = gen_random_uuid()
                where id = ?
                """, lost);
        awaitStatus(lost, "completed");
        Metrics after = Metrics.settled(operator);
        assertThat(after.since(before, "sluice_job_rescues_total")).isEqualTo(1);
        assertThat(after.since(before, "sluice_job_retries_total")).isEqualTo(1);
        assertThat(after.since(before, "sluice_job_stale_finishes_total")).isZero();
    }

    @Test
    void anEndThatComesAfterTheJobWasTakenAwayIsCountedAsStaleOnly() {
        UUID stolen = insertMarked(DATABASE, mark, "test_fail", "{\"how\": \"stolen\"}");
        await().atMost(SOON)
                .until(() -> TestJobs.node()
                        .output()
                        .lines()
                        .anyMatch(line -> line.contains("stale job end dropped") && line.contains(stolen.toString())));
        Metrics after = Metrics.settled(operator);
        assertThat(after.since(before, "sluice_job_stale_finishes_total")).isEqualTo(1);
        assertThat(after.since(before, ATTEMPTS, "type", "test_fail")).isZero();
        assertThat(after.since(before, "sluice_job_rescues_total")).isZero();
    }

    @Test
    void theLagOfSchedulesIsHowLateTheLatestSlotWas() {
        DATABASE.execute("""
                insert into schedules (name, job_type, payload, cron, overlap, next_run_at)
                values (?, 'test_sleep', '{"sleep_ms": 0}', '0 3 1 1 *', 'queue', sluice_now() - interval '40 seconds')
                """, mark);
        await().atMost(SOON).until(() -> Metrics.now(operator).sum(LAG), lag -> lag >= 40 && lag < 60);
        DATABASE.execute("update schedules set next_run_at = sluice_now() where name = ?", mark);
        await().atMost(SOON).until(() -> Metrics.now(operator).sum(LAG), lag -> lag < 20);
    }

    /** Became due so long ago; only one job of the key runs at once. */
    private UUID keyed(int sleepMs, String dueFor) {
        UUID id = DATABASE.value("""
                insert into jobs (type, payload, concurrency_key, concurrency_limit, scheduled_at, request_id)
                values ('test_sleep', jsonb_build_object('sleep_ms', ?), ?, 1, sluice_now() - cast(? as interval), ?)
                returning id
                """, sleepMs, mark, dueFor, mark);
        DATABASE.query("select pg_notify('sluice_jobs', 'limited')::text");
        return id;
    }

    private static void cancel(UUID job) {
        operator.post("/v1/jobs/" + job + "/cancel", null).expect(202);
    }

    private static void awaitStatus(UUID job, String status) {
        await().atMost(SOON).until(() -> status(DATABASE, job), status::equals);
    }
}
