package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.jobs.Chaos.Fault;
import io.sluice.testjobs.SecretJob;
import io.sluice.testkit.Alone;
import io.sluice.testkit.Api;
import io.sluice.testkit.Cluster;
import io.sluice.testkit.Cluster.Member;
import io.sluice.testkit.EventReader;
import io.sluice.testkit.JobNews;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
@Alone
class ClusterIT {
    private static final int SLOTS = 200;
    private static final String NEXT_MASTER_KEY = "bmV4dC1tYXN0ZXIta2V5LW9mLXRlc3RzLTAxMjM0NTY=";
    private static final Duration GRACE = Duration.ofSeconds(20);

    @TempDir
    static Path folder;

    private static Cluster cluster;
    private static ClusterJobs work;
    private static PassingMinutes minutes;
    private static boolean keyRotated;

    @BeforeAll
    static void start() {
        cluster = new Cluster(
                folder,
                node -> masterKeys(node)
                        .environment("SLUICE_JOBS_CONCURRENCY", String.valueOf(SLOTS))
                        .environment("SLUICE_JOBS_DRAIN_TIMEOUT", GRACE.toString())
                        .serverOption("--shutdowngrace")
                        .serverOption("2000"));
        work = new ClusterJobs(cluster);
        cluster.nodes(3);
        minutes = new PassingMinutes(cluster, new Random());
    }

    private static SluiceServer.Builder masterKeys(SluiceServer.Builder node) {
        return keyRotated
                ? node.environment("SLUICE_MASTER_KEY", NEXT_MASTER_KEY)
                        .environment("SLUICE_MASTER_KEY_PREVIOUS", SluiceServer.MASTER_KEY)
                : node;
    }

    @AfterAll
    static void stop() {
        if (minutes != null) {
            minutes.close();
        }
        cluster.close();
    }

    @Test
    @Order(0)
    void aNodeTellsTheOthersOfItsWork() {
        assertThat(cluster.nodes(3))
                .allSatisfy(node -> assertThat(JobNews.isTold(cluster.database(), node.server()))
                        .isTrue());
    }

    @Test
    @Order(0)
    void aLimitIsReachedAndNeverPassedOnAllNodesTogether() {
        cluster.nodes(3);
        List<UUID> jobs = work.insertLimited(160, Duration.ofMillis(1_500), "forty", 40);
        await().atMost(Duration.ofSeconds(60)).until(() -> work.count(jobs, "status = 'completed'") == jobs.size());
        assertThat(work.mostAtOnce(jobs)).isEqualTo(40);
        work.assertSound(jobs);
    }

    @Test
    @Order(0)
    void aStreamOfEventsGoesOnAtAnotherNode() {
        List<Member> nodes = cluster.nodes(2);
        String project = "stream-" + UUID.randomUUID();
        String last;
        try (EventReader first = stream(nodes.get(0), project, null)) {
            publish(project, 3);
            await().atMost(Duration.ofSeconds(60)).until(() -> first.received().size() == 3);
            last = first.lastId();
        }
        publish(project, 2);
        try (EventReader other = stream(nodes.get(1), project, last)) {
            publish(project, 1);
            await().atMost(Duration.ofSeconds(60)).until(() -> other.received().size() >= 3);
            assertThat(other.received())
                    .hasSize(3)
                    .allSatisfy(event -> assertThat(event.id()).isGreaterThan(Long.parseLong(last)));
        }
    }

    private static EventReader stream(Member node, String project, String last) {
        String query = "?project_id=" + project;
        return EventReader.open(node.server().baseUri(), SharedServer.BOOTSTRAP_TOKEN, query, last);
    }

    private static void publish(String project, int events) {
        database().execute("""
                insert into events (type, project_id, data) select 'test.done', ?, '{}' from generate_series(1, ?)
                """, project, events);
    }

    /** Short: each fault once. Long: {@code -Dsluice.chaos.jobs=30000} goes on with any of them until so many are done. */
    @Test
    @Order(1)
    void faultsLoseNothingAndAllWorkGoesOnSoon() {
        long seed = Long.getLong("sluice.chaos.seed", System.nanoTime());
        System.out.println("sluice.chaos.seed=" + seed);
        Chaos chaos = new Chaos(cluster, seed);
        for (Fault fault : Fault.values()) {
            chaos.strike(fault, 300);
        }
        while (chaos.jobs().size() < Integer.getInteger("sluice.chaos.jobs", 0)) {
            chaos.strike(chaos.anyFault(), 1_000);
        }
        work.assertSound(chaos.jobs());
    }

    @Test
    @Order(2)
    void aKilledNodesJobsRunElsewhereWithinTenSeconds() {
        List<Member> nodes = cluster.nodes(2);
        Member victim = nodes.get(0);
        List<UUID> jobs = work.takenBy(victim, nodes, () -> work.insertLong(SLOTS, Duration.ofMinutes(3)));
        Timestamp killed = database().value("select clock_timestamp()");
        victim.server().kill();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> work.runningElsewhere(jobs, victim) == SLOTS);
        assertThat(work.claimedLater(jobs, killed, Duration.ofSeconds(10))).isZero();
        assertThat(work.outcomes(jobs, "lost")).isEqualTo(SLOTS);
        work.cancel(jobs);
    }

    @Test
    @Order(3)
    void aStopSignalEndsTheClaimingAtOnceAndLosesNoJob() {
        List<Member> nodes = cluster.nodes(2);
        Member leaving = nodes.get(0);
        List<UUID> jobs = new ArrayList<>();
        List<UUID> deaf = work.takenBy(leaving, nodes, () -> work.insertDeaf(5, Duration.ofMinutes(1)));
        List<UUID> ending = work.takenBy(leaving, nodes, () -> work.insertLong(20, Duration.ofSeconds(8)));
        List<UUID> listening = work.takenBy(leaving, nodes, () -> work.insertLong(SLOTS - 45, Duration.ofMinutes(3)));
        jobs.addAll(work.insertShort(500, true));
        EventReader events = stream(leaving, "none", null);
        long lastToken;
        HeldRequest request = HeldRequest.enqueue(leaving, database());
        try (request;
                Leaving stop = Leaving.watch(leaving)) {
            stop.terminate();
            stop.awaitWord(503);
            request.close();
            jobs.addAll(work.insertShort(1_500, true));
            stop.awaitMoment(Duration.ofSeconds(1));
            lastToken = database().count("select last_value from job_fencing_tokens");

            await("the end of a stream").atMost(GRACE.dividedBy(2)).until(events::ended);
            assertThat(leaving.lives()).isTrue();
            assertThat(stop.took()).isLessThan(GRACE.plusSeconds(5));
            assertThat(stop.statuses(Duration.ofSeconds(1))).isNotEmpty().doesNotContain(200);
            assertThat(work.startsOn(leaving)).allMatch(at -> at <= stop.moment(Duration.ofSeconds(1)));
        }
        assertThat(work.claimsOf(leaving, lastToken)).isZero();
        assertThat(work.count(ending, "status = 'completed' and attempts = 1")).isEqualTo(ending.size());
        List<UUID> lasting = Stream.concat(listening.stream(), deaf.stream()).toList();
        assertThat(work.outcomes(lasting, "interrupted")).isEqualTo(lasting.size());
        await().atMost(Duration.ofSeconds(60)).until(() -> work.runningElsewhere(lasting, leaving) == lasting.size());
        assertThat(work.count(lasting, "attempts <> 1")).isZero();
        assertThat(database()
                        .count(
                                "select count(*) from nodes where name like ? and state = 'stopped'",
                                leaving.worker() + "%"))
                .isPositive();
        assertThat(leaving.server().output())
                .contains("sluice worker: stopping", "jobs running, up to", "sluice worker: stopped");
        jobs.add(request.answered());
        await().atMost(Duration.ofSeconds(60)).until(() -> work.count(jobs, "status = 'completed'") == jobs.size());
        work.assertSound(jobs);
        work.cancel(listening);
    }

    /** A rotation as it is rolled out: the next nodes have the next key, and the one before it. */
    @Test
    @Order(4)
    void whatWasSealedBeforeTheMasterKeyWasRotatedReachesItsHandler() {
        List<Member> old = cluster.nodes(1);
        UUID sealed = UUID.fromString(new Api(old.get(0).server().baseUri(), SharedServer.BOOTSTRAP_TOKEN)
                .post("/v1/jobs", """
                        {"type": "test_secret", "payload": {"how": "result", "password": "rotated-secret"},
                         "delay_seconds": 2000000}
                        """)
                .expect(202)
                .json()
                .path("id")
                .asText());
        keyRotated = true;
        cluster.nodes(old.size() + 1);
        old.forEach(Member::pause);
        database().execute("update jobs set scheduled_at = sluice_now() where id = ?", sealed);
        TestJobs.wake(database());
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> TestJobs.status(database(), sealed), "completed"::equals);
        } finally {
            old.forEach(Member::resume);
        }
        assertThat(database().<String>value("select result ->> 'proof' from jobs where id = ?", sealed))
                .isEqualTo(SecretJob.proof("rotated-secret"));
    }

    @Test
    @Order(5)
    void aNodeLeavesJobsOfTypesThatItDoesntKnowToOthers() {
        Member shipped = cluster.start(Path.of(System.getProperty("sluice.it.war", "target/sluice.war")));
        List<Member> knowing = cluster.nodes(2);
        shipped.server().awaitReady(SharedServer.START_TIMEOUT);
        List<UUID> jobs = work.insertShort(200, true);
        await().atMost(Duration.ofSeconds(60)).until(() -> work.count(jobs, "status = 'completed'") == jobs.size());
        work.assertSound(jobs);

        knowing.forEach(Member::pause);
        List<UUID> left;
        try {
            left = work.insertShort(50, true);
            UUID known = database().value("""
                    insert into jobs (type, payload) values ('check_usage_limits', '{"check_all": true}') returning id
                    """);
            await().atMost(Duration.ofSeconds(60)).until(() -> TestJobs.status(database(), known), "completed"::equals);
            await().pollDelay(Duration.ofSeconds(12))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> true);
            assertThat(work.count(left, "status = 'pending' and attempts = 0")).isEqualTo(left.size());
        } finally {
            knowing.forEach(Member::resume);
        }
        List<UUID> waiting = left;
        await().atMost(Duration.ofSeconds(60))
                .until(() -> work.count(waiting, "status = 'completed'") == waiting.size());
        work.assertSound(waiting);
    }

    @Test
    @Order(6)
    void aHandlerThatKillsItsNodeIsParkedAndEverythingElseRunsOn() {
        List<Member> nodes = cluster.nodes(2);
        List<UUID> innocent =
                new ArrayList<>(work.takenBy(nodes.get(0), nodes, () -> work.insertLong(100, Duration.ofSeconds(4))));
        UUID poison = database().value("""
                insert into jobs (type, max_attempts, rescues) values ('test_kill', 10, 4) returning id
                """);
        innocent.addAll(work.insertShort(100, true));
        await().atMost(Duration.ofSeconds(60)).until(() -> TestJobs.status(database(), poison), "failed"::equals);
        assertThat((String) TestJobs.job(database(), poison).get("last_error")).contains("too often");
        assertThat(nodes.stream().filter(Member::lives)).hasSize(nodes.size() - 1);
        await().atMost(Duration.ofSeconds(60)).until(() -> work.count(innocent, "status = 'completed'") == 200);
        work.assertSound(innocent);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void eachOfAThousandSlotsHadOneJobThoughNodesWereKilledAndStarted() {
        cluster.nodes(1);
        minutes.assertOneJobForEachOf(1_000);
    }

    private static TestDatabase database() {
        return cluster.database();
    }
}
