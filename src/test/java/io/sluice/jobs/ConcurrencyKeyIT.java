package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** At most so many jobs of a key at once, on all nodes together, and nobody else waits for them. */
class ConcurrencyKeyIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    private static SluiceServer second;

    @BeforeAll
    static void start() {
        TestJobs.node();
        second = TestJobs.node(DATABASE)
                .environment("SLUICE_JOBS_CONCURRENCY", "10")
                .start();
        second.awaitReady(SharedServer.START_TIMEOUT);
    }

    @AfterAll
    static void stop() {
        second.close();
    }

    @Test
    void theLimitIsReachedAndNeverPassedOnSeveralNodes() {
        insert("three", 3, 0, 90, "test_sleep", 60);
        insert("fifteen", 15, 0, 60, "test_sleep", 1_000);
        awaitNone("concurrency_key in ('three', 'fifteen') and status <> 'completed'");
        assertThat(mostAtOnce("j.concurrency_key = 'three'")).isEqualTo(3);
        assertThat(mostAtOnce("j.concurrency_key = 'fifteen'"))
                .as("more than one node's ten slots")
                .isEqualTo(15);
    }

    @Test
    void aHundredThousandBlockedJobsHoldUpNobody() {
        UUID holder = insert("full", 1, 1000, 1, "test_sleep", 600_000);
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, holder), "running"::equals);
            insert("full", 1, 1000, 100_000, "test_sleep", 0);
            await().atMost(Duration.ofSeconds(180))
                    .until(() -> DATABASE.count("select count(*) from jobs where blocked_by = 'key:full'") == 100_000);
            UUID free = insert("free", 1, 0, 1, "test_sleep", 0);
            UUID plain = TestJobs.insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}");
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> List.of(status(DATABASE, free), status(DATABASE, plain)),
                            List.of("completed", "completed")::equals);
            assertThat(DATABASE.count("""
                    select round(1000 * extract(epoch from max(started_at - created_at))) from jobs where id in (?, ?)
                    """, free, plain)).isLessThan(5_000);
        } finally {
            DATABASE.execute("delete from jobs where concurrency_key = 'full' and status = 'pending' and id not in"
                    + " (select id from jobs where concurrency_key = 'full' and status = 'pending' limit 3)");
            DATABASE.execute("update jobs set cancel_requested_at = clock_timestamp() where id = ?", holder);
            awaitNone("concurrency_key = 'full' and status in ('pending', 'running')");
        }
    }

    @Test
    void aKeyWhoseJobsAreRetriedOrCancelledIsFreeAgain() {
        insert("failing", 1, 0, 3, "test_fail", 0);
        UUID waits = insert("failing", 1, 0, 1, "test_sleep", 0);
        // Locked before it is cancelled: a node may claim the very row that the inner query has read as pending.
        DATABASE.execute("update jobs set status = 'cancelled', completed_at = now() where id = ("
                + "select id from jobs where concurrency_key = 'failing' and type = 'test_fail' and status = 'pending'"
                + " limit 1 for update skip locked)");
        await().atMost(Duration.ofSeconds(60)).until(() -> status(DATABASE, waits), s -> !s.equals("pending"));
        awaitNone("concurrency_key = 'failing' and status in ('pending', 'running')");
    }

    @Test
    void aJobOfItsOwnLowerLimitWaitsForMoreRoom() {
        insert("mixed", 4, 0, 3, "test_sleep", 1_500);
        await().atMost(Duration.ofSeconds(30)).until(() -> begun("mixed") == 3);
        UUID alone = insert("mixed", 1, 1000, 1, "test_sleep", 0);
        awaitNone("concurrency_key = 'mixed' and status <> 'completed'");
        assertThat(DATABASE.count("""
                select count(*) from jobs j join job_attempts a on a.job_id = j.id
                where j.concurrency_key = 'mixed' and a.ended_at > (select started_at from job_attempts where job_id = ?)
                  and a.job_id <> ?
                """, alone, alone)).isZero();
    }

    @Test
    void limitsOfATypeAndOfItsProjectsHoldOnAllNodesTogether() {
        awaitNone("type = 'test_waiting' and status in ('pending', 'running')");
        Api operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        operator.put("/v1/job-types/test_waiting", "{\"cluster_concurrency\": 7, \"project_concurrency\": 2}")
                .expect(200);
        try {
            // Long enough for seven that begin together to say so before the first one ends.
            DATABASE.execute("""
                    insert into jobs (type, payload, project_id)
                    select 'test_waiting', '{"sleep_ms": 200}', 'limit-' || n % 5 from generate_series(1, 150) n
                    """);
            TestJobs.wake(DATABASE);
            awaitNone("project_id like 'limit-%' and status <> 'completed'");
        } finally {
            operator.put("/v1/job-types/test_waiting", "{\"cluster_concurrency\": 0, \"project_concurrency\": 0}")
                    .expect(200);
        }
        assertThat(mostAtOnce("j.type = 'test_waiting' and j.project_id like 'limit-%'"))
                .isEqualTo(7);
        for (int project = 0; project < 5; project++) {
            assertThat(mostAtOnce("j.project_id = 'limit-" + project + "'")).isEqualTo(2);
        }
    }

    @Test
    void workWithSlotsOfItsOwnNeitherTakesNorWaitsForThoseOfOthers() {
        // What other tests left for another day is not due.
        awaitNone("type in ('test_waiting', 'test_sleep') and (status = 'running'"
                + " or status = 'pending' and scheduled_at <= sluice_now())");
        DATABASE.execute("""
                insert into jobs (type, payload, project_id)
                select type, '{"sleep_ms": 2000}', 'slots'
                from unnest(array['test_waiting', 'test_sleep']) type, generate_series(1, 60)
                """);
        TestJobs.wake(DATABASE);
        awaitNone("project_id = 'slots' and status <> 'completed'");
        assertThat(mostHeldAtOnce("j.type = 'test_waiting'")).isEqualTo(40);
        assertThat(mostHeldAtOnce("j.type = 'test_sleep'")).isEqualTo(20);
        assertThat(mostHeldAtOnce("true")).as("both at the same time").isEqualTo(60);
    }

    @Test
    void aPauseSetThroughOneNodeIsHonouredByTheOtherUntilItIsTakenBackThere() {
        awaitNone("type = 'test_waiting' and status in ('pending', 'running')");
        Api first = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        Api other = new Api(second.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        other.put("/v1/job-types/test_waiting", "{\"paused\": true}").expect(200);
        try {
            insertForBoth("test_waiting", "paused-type");
            insertForBoth("test_sleep", "beside-pause");
            awaitNone("project_id = 'beside-pause' and status <> 'completed'");
            assertThat(nodesThatRan("beside-pause"))
                    .as("nodes that looked meanwhile")
                    .isEqualTo(2);
            assertThat(untouched("paused-type")).isEqualTo(60);
        } finally {
            first.put("/v1/job-types/test_waiting", "{\"paused\": false}").expect(200);
        }
        awaitNone("project_id = 'paused-type' and status <> 'completed'");
        assertThat(nodesThatRan("paused-type")).isEqualTo(2);

        first.post("/v1/jobs/pause", null).expect(200);
        try {
            insertForBoth("test_sleep", "paused-all");
            await().during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(30))
                    .failFast("claimed", () -> untouched("paused-all") < 60)
                    .until(() -> untouched("paused-all") == 60);
        } finally {
            other.post("/v1/jobs/resume", null).expect(200);
        }
        awaitNone("project_id = 'paused-all' and status <> 'completed'");
        assertThat(nodesThatRan("paused-all")).isEqualTo(2);
    }

    /** More than one node has slots for, and long enough that the other takes its part. */
    private static void insertForBoth(String type, String project) {
        DATABASE.execute("""
                insert into jobs (type, payload, project_id)
                select ?, '{"sleep_ms": 500}', ? from generate_series(1, 60)
                """, type, project);
        TestJobs.wake(DATABASE);
    }

    private static long untouched(String project) {
        return DATABASE.count(
                "select count(*) from jobs where project_id = ? and status = 'pending' and attempts = 0", project);
    }

    private static long nodesThatRan(String project) {
        return DATABASE.count("""
                select count(distinct a.worker) from job_attempts a join jobs j on j.id = a.job_id where j.project_id = ?
                """, project);
    }

    /** From when slots were taken and given back, by the database's clock. */
    private static long mostHeldAtOnce(String jobs) {
        return DATABASE.count("""
                select max(n) from (
                    select sum(c.step) over (order by c.at, c.step) as n
                    from job_attempts a join jobs j on j.id = a.job_id
                    cross join lateral (values (a.started_at, 1), (a.ended_at, -1)) as c (at, step)
                    where j.project_id = 'slots' and %s) counted
                """.formatted(jobs));
    }

    private static UUID insert(String key, int limit, int priority, int count, String type, int sleepMs) {
        String payload = type.equals("test_fail") ? "{\"how\": \"throw\"}" : "{\"sleep_ms\": " + sleepMs + "}";
        List<java.util.Map<String, Object>> made = DATABASE.query("""
                with made as (
                    insert into jobs (type, payload, concurrency_key, concurrency_limit, priority)
                    select ?, cast(? as jsonb), ?, ?, ? from generate_series(1, ?)
                    returning id)
                select id from made limit 1
                """, type, payload, key, limit, priority, count);
        // As a node says it of jobs that share limits; at another word nodes look for them with the next poll only.
        DATABASE.query("select pg_notify('sluice_jobs', 'limited')::text");
        return (UUID) made.get(0).get("id");
    }

    /** From what handlers wrote, on their own clock: starts count up, ends count down. */
    private static long mostAtOnce(String jobs) {
        return DATABASE.count("""
                select max(n) from (
                    select sum(case l.event when 'start' then 1 else -1 end) over (order by l.at, l.event) as n
                    from testing.ledger l join jobs j on j.id = l.job_id
                    where %s) counted
                """.formatted(jobs));
    }

    /** Also those that are over already, lest whoever waits for all of them misses the moment. */
    private static long begun(String key) {
        return DATABASE.count("select count(*) from jobs where concurrency_key = ? and started_at is not null", key);
    }

    private static void awaitNone(String condition) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> DATABASE.count("select count(*) from jobs where " + condition) == 0);
    }
}
