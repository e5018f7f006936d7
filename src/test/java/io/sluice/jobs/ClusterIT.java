package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.jobs.Chaos.Fault;
import io.sluice.testkit.Cluster;
import io.sluice.testkit.Cluster.Member;
import io.sluice.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes with 200 slots each on one database, under every fault we know. Each test brings the cluster to what it
 * needs; their order only saves starts.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
    private static final int SLOTS = 200;
    private static final Duration GRACE = Duration.ofSeconds(20);

    @TempDir
    static Path folder;

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = new Cluster(folder, node -> node.environment("SLUICE_JOBS_CONCURRENCY", String.valueOf(SLOTS))
                .environment("SLUICE_JOBS_DRAIN_TIMEOUT", GRACE.toString())
                .serverOption("--shutdowngrace")
                .serverOption("2000"));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Each fault once; {@code -Dsluice.chaos.jobs=30000} goes on with any of them until so many jobs are done. */
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
        chaos.assertSound();
    }

    @Test
    @Order(2)
    void aKilledNodesJobsRunElsewhereWithinTenSeconds() {
        Chaos chaos = new Chaos(cluster, 1);
        List<Member> nodes = cluster.nodes(3);
        Member victim = nodes.get(0);
        List<UUID> jobs = runningOn(victim, nodes, "180000");
        victim.server().kill();
        await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(100)).until(() -> runningElsewhere(jobs, victim) == SLOTS);
        assertThat(outcomes(jobs, "lost")).isEqualTo(SLOTS);
        cancel(jobs);
        assertThat(chaos.jobs()).isEmpty();
    }

    private static List<UUID> runningOn(Member node, List<Member> nodes, String sleepMs) {
        List<Member> others = nodes.stream().filter(each -> each != node).toList();
        others.forEach(Member::pause);
        try {
            List<UUID> jobs = new Chaos(cluster, 0).insert("false", sleepMs, 0, SLOTS);
            await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(20)).until(() -> count(jobs, "status = 'running'") == SLOTS);
            return jobs;
        } finally {
            others.forEach(Member::resume);
        }
    }

    private static void cancel(List<UUID> jobs) {
        database().execute("update jobs set cancel_requested_at = clock_timestamp() where id = any (?) and status = 'running'",
                (Object) jobs.toArray(UUID[]::new));
        await().atMost(Duration.ofSeconds(20)).until(() -> count(jobs, "status = 'cancelled'") == jobs.size());
    }

    private static long runningElsewhere(List<UUID> jobs, Member than) {
        return database().count("""
                select count(*) from jobs j join nodes n on n.id = j.node_id
                where j.id = any (?) and j.status = 'running' and n.name not like ?
                """, jobs.toArray(UUID[]::new), than.worker() + "%");
    }

    private static long count(List<UUID> jobs, String condition) {
        return database().count("select count(*) from jobs where id = any (?) and " + condition, (Object) jobs.toArray(UUID[]::new));
    }

    private static long outcomes(List<UUID> jobs, String outcome) {
        return database().count("select count(*) from job_attempts where job_id = any (?) and outcome = ?", jobs.toArray(UUID[]::new), outcome);
    }

    private static TestDatabase database() {
        return cluster.database();
    }
}
