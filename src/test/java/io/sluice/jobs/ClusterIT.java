package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.jobs.Chaos.Fault;
import io.sluice.testkit.Cluster;
import io.sluice.testkit.Cluster.Member;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes with 200 slots each on one database, under every fault we know. Each test brings the cluster to what it needs;
 * the order of the tests only saves starts.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
    private static final int SLOTS = 200;
    private static final Duration GRACE = Duration.ofSeconds(20);

    @TempDir
    static Path folder;

    private static Cluster cluster;
    private static ClusterJobs work;

    @BeforeAll
    static void start() {
        cluster = new Cluster(
                folder,
                node -> node.environment("SLUICE_JOBS_CONCURRENCY", String.valueOf(SLOTS))
                        .environment("SLUICE_JOBS_DRAIN_TIMEOUT", GRACE.toString())
                        .serverOption("--shutdowngrace")
                        .serverOption("2000"));
        work = new ClusterJobs(cluster);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Short: each fault once. Long: {@code -Dsluice.chaos.jobs=30000} goes on with any of them until so many are done. */
    @Test
    @Order(1)
    void faultsLoseNothingAndAllWorkGoesOnSoon() {
        long seed = Long.getLong("sluice.chaos.seed", System.nanoTime());
        System.out.println("sluice.chaos.seed=" + seed);
        Chaos chaos = new Chaos(cluster, seed);
        for (Fault fault : Fault.values()) {
            if (fault != Fault.KILLED_NODE) {
                chaos.strike(fault, 300);
            }
        }
        while (chaos.jobs().size() < Integer.getInteger("sluice.chaos.jobs", 0)) {
            chaos.strike(chaos.anyFault(), 600);
        }
        work.assertSound(chaos.jobs());
    }

    @Test
    @Order(1)
    void eachJobIsExecutedOnceThoughEveryNodeClaims() {
        cluster.nodes(3);
        List<UUID> jobs = work.insertShort(3_000, true);
        await().atMost(Duration.ofSeconds(60)).until(() -> work.count(jobs, "status = 'completed'") == jobs.size());
        work.assertSound(jobs);
        assertThat(work.outcomes(jobs, "completed")).isEqualTo(jobs.size());
        assertThat(work.count(jobs, "attempts <> 1")).isZero();
    }

    @Test
    @Order(1)
    void aSlotIsEnqueuedOnceThoughEveryNodeTicks() {
        cluster.nodes(3);
        database().execute("""
                insert into schedules (name, job_type, payload, cron, overlap, next_run_at)
                values ('by-all', 'test_sleep', '{"sleep_ms": 0}', '* * * * *', 'queue', sluice_now())
                """);
        for (int slot = 1; slot <= 4; slot++) {
            long expected = slot;
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> database().count("select count(*) from jobs where schedule = 'by-all'") >= expected);
            database().shiftClock(Duration.ofMinutes(1));
        }
        assertThat(database().query("select slot from jobs where schedule = 'by-all' group by slot having count(*) > 1"))
                .isEmpty();
        database().execute("delete from schedules where name = 'by-all'");
    }

    @Test
    @Order(1)
    void jobsThatFailTogetherDontComeBackTogether() {
        cluster.nodes(3);
        List<UUID> jobs = ids("""
                insert into jobs (type, max_attempts) select 'test_usual_retry', 2 from generate_series(1, 1000) returning id
                """);
        await().atMost(Duration.ofSeconds(60)).until(() -> work.count(jobs, "status = 'failed'") == jobs.size());
        assertThat(work.count(jobs, "attempts <> 2")).isZero();
        assertThat(work.outcomes(jobs, "failed")).isEqualTo(2_000);
        assertThat(database().count("""
                        select max(jobs) from (
                            select count(*) as jobs from jobs where id = any (?)
                            group by date_trunc('second', scheduled_at)) each_second
                        """, (Object) jobs.toArray(UUID[]::new))).isLessThan(900);
        assertThat(database().<Double>value("""
                        select extract(epoch from percentile_cont(0.9) within group (order by j.scheduled_at - a.ended_at)
                            - percentile_cont(0.1) within group (order by j.scheduled_at - a.ended_at))::float8
                        from jobs j join job_attempts a on a.job_id = j.id and a.attempt = 1
                        where j.id = any (?)
                        """, (Object) jobs.toArray(UUID[]::new))).isGreaterThan(0.5);
    }

    @Test
    @Order(2)
    void aHandlerThatKillsItsNodeIsParkedAndEverythingElseRunsOn() {
        List<Member> nodes = cluster.nodes(3);
        List<UUID> innocent = new ArrayList<>(
                work.takenBy(nodes.get(0), nodes, () -> work.insertLong(100, Duration.ofSeconds(4))));
        UUID poison = database().value("""
                insert into jobs (type, max_attempts, rescues) values ('test_kill', 10, 4) returning id
                """);
        innocent.addAll(work.insertShort(100, true));
        await().atMost(Duration.ofSeconds(20)).until(() -> TestJobs.status(database(), poison), "failed"::equals);
        assertThat((String) TestJobs.job(database(), poison).get("last_error")).contains("too often");
        assertThat(nodes.stream().filter(Member::lives)).hasSize(2);
        await().atMost(Duration.ofSeconds(20)).until(() -> work.count(innocent, "status = 'completed'") == 200);
        work.assertSound(innocent);
    }

    @Test
    @Order(3)
    void aKilledNodesJobsRunElsewhereWithinTenSeconds() {
        List<Member> nodes = cluster.nodes(2);
        Member victim = nodes.get(0);
        List<UUID> jobs = work.takenBy(victim, nodes, () -> work.insertLong(SLOTS, Duration.ofMinutes(3)));
        victim.server().kill();
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> work.runningElsewhere(jobs, victim) == SLOTS);
        assertThat(work.outcomes(jobs, "lost")).isEqualTo(SLOTS);
        work.cancel(jobs);
    }

    @Test
    @Order(4)
    void aStopSignalEndsTheClaimingAtOnceAndLosesNoJob() {
        List<Member> nodes = cluster.nodes(2);
        Member leaving = nodes.get(0);
        List<UUID> jobs = new ArrayList<>();
        List<UUID> deaf = work.takenBy(leaving, nodes, () -> work.insertDeaf(5, Duration.ofMinutes(3)));
        List<UUID> ending = work.takenBy(leaving, nodes, () -> work.insertLong(20, Duration.ofSeconds(8)));
        List<UUID> listening = work.takenBy(leaving, nodes, () -> work.insertLong(SLOTS - 45, Duration.ofMinutes(3)));
        jobs.addAll(work.insertShort(500, true));
        long signal = System.currentTimeMillis();
        leaving.server().terminate();
        jobs.addAll(work.insertShort(500, true));

        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        while (!leaving.server().endsWithin(0)) {
            assertThat(leaving.server().status("/health/ready")).isNotEqualTo(200);
            SluiceServer.pause();
        }
        long took = System.currentTimeMillis() - signal;

        assertThat(took).isLessThan(GRACE.plusSeconds(5).toMillis());
        assertThat(work.startsOn(leaving)).allMatch(at -> at <= signal + 1_000);
        assertThat(work.count(ending, "status = 'completed' and attempts = 1")).isEqualTo(ending.size());
        List<UUID> lasting =
                Stream.concat(listening.stream(), deaf.stream()).toList();
        assertThat(work.outcomes(lasting, "interrupted")).isEqualTo(lasting.size());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> work.runningElsewhere(lasting, leaving) == lasting.size());
        assertThat(work.count(lasting, "attempts <> 1")).isZero();
        assertThat(database().count("select count(*) from nodes where name like ? and state = 'stopped'", leaving.worker() + "%")).isPositive();
        assertThat(leaving.server().output())
                .contains("sluice worker: stopping", "jobs running, up to", "sluice worker: stopped");
        await().atMost(Duration.ofSeconds(30)).until(() -> work.count(jobs, "status = 'completed'") == jobs.size());
        work.assertSound(jobs);
        work.cancel(lasting);
    }

    @Test
    @Order(5)
    void aClaimThatWasCommittedButNeverAnsweredIsGivenBackSoon() {
        Member node = cluster.nodes(1).get(0);
        database().execute("""
                create function testing.commit_slowly() returns trigger language plpgsql
                as 'begin perform pg_sleep(2); return null; end'
                """);
        database().execute("""
                create constraint trigger slow_claim after update on jobs deferrable initially deferred for each row
                when (new.status = 'running' and new.request_id = 'slow') execute function testing.commit_slowly()
                """);
        UUID job = ids("""
                insert into jobs (type, payload, request_id)
                values ('test_work', '{"sleep_ms": 0, "effect": true, "hold_ms": 0, "deaf": false}', 'slow') returning id
                """).get(0);
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> database().count("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == 1);
        node.proxy().loseAnswers();
        await().atMost(Duration.ofSeconds(20)).until(() -> TestJobs.status(database(), job), "completed"::equals);
        assertThat(TestJobs.outcomes(database(), job)).containsExactly("interrupted", "completed");
        work.assertSound(List.of(job));
        node.proxy().reset();
        database().execute("drop trigger slow_claim on jobs");
    }

    @Test
    @Order(6)
    void aNodeLeavesJobsOfTypesThatItDoesntKnowToOthers() {
        List<Member> knowing = cluster.nodes(1);
        Member shipped = cluster.start(Path.of(System.getProperty("sluice.it.war", "target/sluice.war")));
        shipped.server().awaitReady(SharedServer.START_TIMEOUT);
        List<UUID> jobs = work.insertShort(200, true);
        await().atMost(Duration.ofSeconds(30)).until(() -> work.count(jobs, "status = 'completed'") == jobs.size());
        work.assertSound(jobs);

        knowing.forEach(Member::pause);
        List<UUID> left;
        try {
            left = work.insertShort(50, true);
            UUID known = database().value("""
                    insert into jobs (type, payload) values ('check_usage_limits', '{"check_all": true}') returning id
                    """);
            await().atMost(Duration.ofSeconds(20)).until(() -> TestJobs.status(database(), known), "completed"::equals);
            await().pollDelay(Duration.ofSeconds(12)).atMost(Duration.ofSeconds(20)).until(() -> true);
            assertThat(work.count(left, "status = 'pending' and attempts = 0")).isEqualTo(left.size());
        } finally {
            knowing.forEach(Member::resume);
        }
        List<UUID> waiting = left;
        await().atMost(Duration.ofSeconds(30)).until(() -> work.count(waiting, "status = 'completed'") == waiting.size());
        work.assertSound(waiting);
    }

    private static List<UUID> ids(String insert) {
        List<UUID> ids = database().query(insert).stream()
                .map(row -> (UUID) row.get("id"))
                .toList();
        TestJobs.wake(database());
        return ids;
    }

    private static TestDatabase database() {
        return cluster.database();
    }
}
