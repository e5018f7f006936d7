package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.EventReader;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Two nodes on one database; the second one gets killed, cut off and overtaken. Killed last, to save a start. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralNodesIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static SluiceServer second;

    @BeforeEach
    void startBoth() {
        TestJobs.node();
        if (second == null || !second.process().isAlive()) {
            second = TestJobs.node(DATABASE)
                    .environment("SLUICE_JOBS_CONCURRENCY", "10")
                    .start();
            second.awaitReady(SharedServer.START_TIMEOUT);
        }
    }

    @AfterAll
    static void stopSecond() {
        second.close();
    }

    @Test
    void eachJobIsExecutedOnceThoughBothNodesClaim() {
        List<UUID> jobs = insertMany("{\"sleep_ms\": 20}", 400);
        await().atMost(Duration.ofSeconds(40)).until(() -> countOf(jobs, "completed") == 400);
        assertThat(DATABASE.count("""
                        select count(*) from (select job_id from testing.ledger where event = 'start' and job_id = any (?)
                                              group by job_id having count(*) <> 1) twice
                        """, (Object) jobs.toArray(UUID[]::new))).isZero();
        assertThat(DATABASE.count("""
                        select count(distinct node) from testing.ledger where job_id = any (?)
                        """, (Object) jobs.toArray(UUID[]::new))).isEqualTo(2);
    }

    @Test
    void aSlotIsEnqueuedOnceThoughBothNodesTick() {
        String name = "both-" + UUID.randomUUID();
        DATABASE.execute("""
                insert into schedules (name, job_type, payload, cron, overlap, next_run_at)
                values (?, 'test_sleep', '{"sleep_ms": 0}', '* * * * *', 'queue', sluice_now())
                """, name);
        for (int slot = 1; slot <= 3; slot++) {
            long expected = slot;
            await().atMost(Duration.ofSeconds(15)).until(() -> slotsOf(name) >= expected);
            DATABASE.shiftClock(Duration.ofMinutes(1));
        }
        await().atMost(Duration.ofSeconds(15)).until(() -> slotsOf(name) >= 4);
        assertThat(DATABASE.count("""
                        select count(*) from (select slot from jobs where schedule = ? group by slot having count(*) > 1) twice
                        """, name)).isZero();
        DATABASE.execute("delete from schedules where name = ?", name);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aKilledNodesJobsAreFinishedByTheOther() {
        List<UUID> jobs = insertMany("{\"sleep_ms\": 4000}", 20);
        await().atMost(Duration.ofSeconds(10)).until(() -> countOf(jobs, "running") == 20);
        UUID killed = DATABASE.value("""
                select id from nodes where state = 'active' order by started_at desc limit 1
                """);
        String schedules = addSchedules(20);
        passMinutes(2);
        second.kill();
        passMinutes(3);
        long begun = System.nanoTime();
        await().atMost(Duration.ofSeconds(15)).until(() -> lostOf(jobs) > 0);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(11));
        await().atMost(Duration.ofSeconds(40)).until(() -> countOf(jobs, "completed") == 20);

        awaitSlots(schedules, 20);
        assertThat(lostOf(jobs)).isEqualTo(10);
        assertThat(jobs).allSatisfy(id -> {
            List<Object> outcomes = TestJobs.outcomes(DATABASE, id);
            assertThat(outcomes).endsWith("completed");
            assertThat(outcomes.stream().filter("completed"::equals)).hasSize(1);
            long starts = ledger(DATABASE, id).stream()
                    .filter(row -> row.get("event").equals("start"))
                    .count();
            assertThat(starts).isEqualTo(outcomes.size());
            assertThat(TestJobs.job(DATABASE, id)).containsEntry("attempts", outcomes.size());
        });
        assertThat(DATABASE.<String>value("select state from nodes where id = ?", killed))
                .isEqualTo("dead");
    }

    @Test
    void aStreamOfEventsGoesOnAtTheOtherNode() {
        String project = "stream-" + UUID.randomUUID();
        String query = "?project_id=" + project;
        String last;
        try (EventReader first =
                EventReader.open(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN, query, null)) {
            publish(project, 3);
            await().atMost(Duration.ofSeconds(20)).until(() -> first.received().size() == 3);
            last = first.lastId();
        }
        publish(project, 2);
        try (EventReader other = EventReader.open(second.baseUri(), SharedServer.BOOTSTRAP_TOKEN, query, last)) {
            publish(project, 1);
            await().atMost(Duration.ofSeconds(20)).until(() -> other.received().size() >= 3);
            assertThat(other.received())
                    .hasSize(3)
                    .allSatisfy(event -> assertThat(event.id()).isGreaterThan(Long.parseLong(last)));
        }
    }

    private static void publish(String project, int events) {
        DATABASE.execute("""
                insert into events (type, project_id, data) select 'test.done', ?, '{}' from generate_series(1, ?)
                """, project, events);
    }

    @Test
    void aNodeThatStoodStillDropsWhatOthersTookOver() throws Exception {
        List<UUID> jobs = insertMany("{\"sleep_ms\": 10000}", 20);
        await().atMost(Duration.ofSeconds(10)).until(() -> countOf(jobs, "running") == 20);
        signal("STOP");
        try {
            await().atMost(Duration.ofSeconds(15)).until(() -> lostOf(jobs) == 10);
        } finally {
            signal("CONT");
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> second.output().contains("node was taken for dead, its jobs went to others"));
        await().atMost(Duration.ofSeconds(60)).until(() -> countOf(jobs, "completed") == 20);
        assertThat(jobs)
                .allSatisfy(id -> assertThat(
                                TestJobs.outcomes(DATABASE, id).stream().filter("completed"::equals))
                        .hasSize(1));
        // It works again, under a new id.
        assertThat(second.output().split("job worker registered", -1)).hasSizeGreaterThan(2);
    }

    @Test
    void aJobThatKillsItsNodeAgainAndAgainIsParked() {
        UUID poison = DATABASE.value("""
                insert into jobs (type, payload, max_attempts, rescues, scheduled_at)
                values ('test_sleep', '{"sleep_ms": 60000}', 10, 4, now() - interval '1 hour') returning id
                """);
        TestJobs.wake(DATABASE);
        await().atMost(Duration.ofSeconds(10)).until(() -> status(DATABASE, poison), "running"::equals);
        DATABASE.execute("update jobs set node_id = gen_random_uuid() where id = ?", poison);
        await().atMost(Duration.ofSeconds(15)).until(() -> status(DATABASE, poison), "failed"::equals);
        assertThat((String) TestJobs.job(DATABASE, poison).get("last_error")).contains("too often");
    }

    private static String addSchedules(int count) {
        String prefix = "killed-" + UUID.randomUUID();
        DATABASE.execute("""
                insert into schedules (name, job_type, payload, cron, overlap, catch_up, next_run_at)
                select ? || '-' || n, 'test_sleep', '{"sleep_ms": 0}', '* * * * *', 'queue', 1000,
                       date_trunc('minute', sluice_now()) + interval '1 minute'
                from generate_series(1, ?) n
                """, prefix, count);
        return prefix;
    }

    private static void passMinutes(int minutes) {
        for (int i = 0; i < minutes; i++) {
            DATABASE.shiftClock(Duration.ofMinutes(1));
        }
    }

    /** Each of so many schedules has one job for each of its slots, five at least, and none twice. */
    private static void awaitSlots(String prefix, int schedules) {
        await().atMost(Duration.ofSeconds(60)).until(() -> DATABASE.count("""
                                select count(*) from schedules
                                where starts_with(name, ?) and next_run_at > sluice_now()
                                """, prefix) == schedules);
        assertThat(DATABASE.count("""
                        select count(*) from (
                            select from jobs where starts_with(schedule, ?) group by schedule
                            having count(*) >= 5 and count(*) = count(distinct slot)
                               and count(*) = extract(epoch from max(slot) - min(slot)) / 60 + 1) as whole
                        """, prefix)).isEqualTo(schedules);
        DATABASE.execute("delete from schedules where starts_with(name, ?)", prefix);
    }

    private static List<UUID> insertMany(String payload, int count) {
        List<UUID> ids = DATABASE.query("""
                        insert into jobs (type, payload)
                        select 'test_sleep', cast(? as jsonb) from generate_series(1, ?) returning id
                        """, payload, count).stream()
                .map(row -> (UUID) row.get("id"))
                .toList();
        TestJobs.wake(DATABASE);
        return ids;
    }

    private static long countOf(List<UUID> jobs, String status) {
        return DATABASE.count(
                "select count(*) from jobs where id = any (?) and status = ?", jobs.toArray(UUID[]::new), status);
    }

    private static long lostOf(List<UUID> jobs) {
        return DATABASE.count("select count(*) from job_attempts where job_id = any (?) and outcome = 'lost'", (Object)
                jobs.toArray(UUID[]::new));
    }

    private static long slotsOf(String name) {
        return DATABASE.count("select count(*) from jobs where schedule = ?", name);
    }

    private static void signal(String name) throws Exception {
        int exit = new ProcessBuilder(
                        "kill", "-" + name, String.valueOf(second.process().pid()))
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }
}
