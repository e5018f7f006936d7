package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.insert;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.Metrics;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
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

    @AfterEach
    void leaveNothingThatWaitsOrRuns() {
        DATABASE.execute("delete from jobs where type = 'test_sleep' and status = 'pending'");
        DATABASE.execute("update jobs set cancel_requested_at = clock_timestamp()"
                + " where type = 'test_sleep' and status = 'running'");
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        DATABASE.count("select count(*) from jobs where type = 'test_sleep' and status = 'running'")
                                == 0);
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

    /** An hour later only these jobs, and the few of schedules, ended within the last one. */
    @Test
    void statsOfTheLastHourAreThoseOfTheJobsThatRanInIt() {
        DATABASE.shiftClock(Duration.ofMinutes(61));
        List<UUID> jobs =
                DATABASE.query("""
                        with made as (
                            insert into jobs (type, payload, max_attempts)
                            select 'test_sleep', jsonb_build_object('sleep_ms', sleep_ms), 1
                            from (values (90, 0), (8, 700), (2, 2000)) as w (jobs, sleep_ms), generate_series(1, w.jobs)
                            union all
                            select 'test_fail', '{"how": "failed"}', 1 from generate_series(1, 5)
                            returning id)
                        select id from made
                        """).stream().map(row -> (UUID) row.get("id")).toList();
        TestJobs.wake(DATABASE);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> DATABASE.count(
                                "select count(*) from jobs where id = any (?) and status in ('completed', 'failed')",
                                (Object) jobs.toArray(UUID[]::new))
                        == jobs.size());

        inFreshStats(stats -> {
            JsonNode hour = stats.path("last_hour");
            long completed = hour.path("completed").asLong();
            assertThat(completed).isBetween(100L, 110L);
            assertThat(hour.path("attempts").asLong()).isBetween(completed + 5, completed + 10);
            assertThat(hour.path("completed_per_second").asDouble()).isCloseTo(completed / 3_600.0, within(0.0006));
            assertThat(hour.path("p50_seconds").asDouble(-1)).isBetween(0.0, 0.69);
            assertThat(hour.path("p95_seconds").asDouble()).isBetween(0.7, 1.9);
            assertThat(hour.path("p99_seconds").asDouble()).isBetween(2.0, 4.0);
        });
        Metrics metrics = Metrics.settled(operator);
        assertThat(metrics.sum("sluice_job_run_seconds_p50")).isBetween(0.0, 0.69);
        assertThat(metrics.sum("sluice_job_run_seconds_p95")).isBetween(0.7, 1.9);
        assertThat(metrics.sum("sluice_job_run_seconds_p99")).isBetween(2.0, 4.0);
    }

    @Test
    void statsCountTheQueueAndNameTheWorkers() {
        UUID failed = insert(DATABASE, "test_fail", "{\"how\": \"failed\"}");
        UUID running = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 600000}");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, failed), "failed"::equals);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, running), "running"::equals);
        inFreshStats(stats -> {
            assertThat(count(stats, "test_fail", "failed"))
                    .isEqualTo(
                            DATABASE.count("select count(*) from jobs where type = 'test_fail' and status = 'failed'"))
                    .isPositive();
            assertThat(count(stats, "test_sleep", "running"))
                    .isEqualTo(DATABASE.count(
                            "select count(*) from jobs where type = 'test_sleep' and status = 'running'"))
                    .isPositive();
            assertThat(stats.path("workers")).anySatisfy(worker -> {
                assertThat(worker.path("name").asText())
                        .startsWith(TestJobs.node().process().pid() + "@");
                assertThat(worker.path("slots").asInt())
                        .as("ten, and those of types with their own")
                        .isGreaterThan(10);
                assertThat(worker.path("draining").asBoolean(true)).isFalse();
            });
        });
    }

    @Test
    void statsSayHowLongTheOldestDueJobHasWaited() {
        UUID oldest = insertThatWaitsForAnHour();
        inFreshStats(stats -> assertThat(oldestDue(stats)).isBetween(3_600.0, 3_700.0));
        operator.post("/v1/jobs/cancel", "{\"ids\": [\"" + oldest + "\"]}").expect(202);
        inFreshStats(stats -> assertThat(oldestDue(stats)).isLessThan(3_600));
    }

    /** It takes as long as somebody keeps the table locked. */
    @Test
    void aCountThatTakesLongIsSharedForAWhileButNotHowLongTheOldestHasWaited() throws SQLException {
        try (Connection locking = DATABASE.connect()) {
            locking.setAutoCommit(false);
            locking.createStatement().execute("lock table jobs");
            CompletableFuture<Answer> slow = CompletableFuture.supplyAsync(() -> operator.get("/v1/stats"));
            await().atMost(Duration.ofSeconds(30)).until(() -> DATABASE.count("""
                            select count(*) from pg_stat_activity
                            where wait_event_type = 'Lock' and query like '%group by type, status%'
                              and clock_timestamp() - query_start > interval '500 milliseconds'
                            """) > 0);
            locking.rollback();
            slow.join().expect(200);
        }
        insertThatWaitsForAnHour();
        assertThat(oldestDue(operator.get("/v1/stats").expect(200).json())).isBetween(3_600.0, 3_700.0);
    }

    /** Nobody has a place for it, whoever is idle. */
    private static UUID insertThatWaitsForAnHour() {
        UUID oldest = DATABASE.value("""
                with holder as (
                    insert into jobs (type, payload, concurrency_key, concurrency_limit, scheduled_at)
                    values ('test_sleep', '{"sleep_ms": 600000}', 'stats', 1, sluice_now() - interval '2 hours'))
                insert into jobs (type, payload, concurrency_key, concurrency_limit, scheduled_at)
                values ('test_sleep', '{"sleep_ms": 0}', 'stats', 1, sluice_now() - interval '1 hour')
                returning id
                """);
        DATABASE.query("select pg_notify('sluice_jobs', 'limited')::text");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> DATABASE.count(
                                "select count(*) from jobs where concurrency_key = 'stats' and status = 'running'")
                        == 1);
        assertThat(status(DATABASE, oldest)).isEqualTo("pending");
        return oldest;
    }

    /** Where a count takes long, what is shown may be some seconds old. */
    private static void inFreshStats(Consumer<JsonNode> shown) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> shown.accept(operator.get("/v1/stats").expect(200).json()));
    }

    private static double oldestDue(JsonNode stats) {
        return stats.path("oldest_due_seconds").asDouble(-1);
    }

    private static long count(JsonNode stats, String type, String status) {
        for (JsonNode each : stats.path("counts")) {
            if (each.path("type").asText().equals(type)
                    && each.path("status").asText().equals(status)) {
                return each.path("count").asLong();
            }
        }
        return 0;
    }
}
