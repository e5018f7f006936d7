package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.Cluster;
import io.sluice.testkit.Cluster.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Faults, one after another, under waves of jobs. After each one all work goes on within a bound. */
final class Chaos {
    /** What can go wrong with one node, or with the database of all. */
    enum Fault {
        CUT_CONNECTIONS,
        PAUSED_NODE,
        STALLED_CONNECTIONS,
        LOST_ANSWERS,
        STARVED_POOL,
        DATABASE_RESTART,
        KILLED_NODE;

        /** Handlers' own transactions may wait longer for a lost connection than the worker does. */
        private boolean losesConnections() {
            return this == STALLED_CONNECTIONS || this == LOST_ANSWERS;
        }
    }

    /** From the fault, or the database's return, until all that was there or came since is done and every loop goes round. */
    private static final Duration RESUMED = Duration.ofSeconds(15);

    private static final int POOL = 20;
    private static final Pattern LAST_ROUND = Pattern.compile("running, last round (\\d+) ms ago");
    private static final Map<String, Long> LONGEST_ROUND_MS =
            Map.of("claim_thread", 7_000L, "finish_thread", 3_000L, "heartbeat_thread", 3_000L, "watch_thread", 3_000L);

    private final Cluster cluster;
    private final ClusterJobs work;
    private final Random random;
    private final List<UUID> all = new ArrayList<>();

    Chaos(Cluster cluster, long seed) {
        this.cluster = cluster;
        this.work = new ClusterJobs(cluster);
        this.random = new Random(seed);
    }

    List<UUID> jobs() {
        return all;
    }

    Fault anyFault() {
        return Fault.values()[random.nextInt(Fault.values().length)];
    }

    /** Strikes one of the nodes while it works on a part of the jobs, and lets the rest come afterwards. */
    void strike(Fault fault, int jobs) {
        List<Member> nodes = cluster.nodes(3);
        Member victim = nodes.get(random.nextInt(nodes.size()));
        boolean effects = !fault.losesConnections();
        int third = jobs / 3;
        List<UUID> wave = new ArrayList<>(work.takenBy(victim, nodes, () -> work.insertShort(third, effects)));
        long dead = deaths(victim);
        List<UUID> contested = new ArrayList<>();
        long begun;
        try {
            begun = inject(fault, victim, nodes, wave, contested);
            wave.addAll(work.insertShort(third, effects));
            wave.addAll(work.insertShort(jobs - 2 * third, effects));
            all.addAll(wave);
            await(fault + " of " + victim.server().baseUri())
                    .atMost(RESUMED.plusMillis(ClusterJobs.SHORT_MS).minusNanos(System.nanoTime() - begun))
                    .untilAsserted(() -> {
                        assertThat(work.unfinished(wave)).isEmpty();
                        nodes.stream().filter(Member::lives).forEach(Chaos::assertEveryLoopGoesRound);
                    });
        } finally {
            victim.proxy().reset();
        }
        assertThat(work.completedBy(victim, contested)).isZero();
        System.out.println(fault + ": all work went on after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        if (fault == Fault.STARVED_POOL) {
            assertThat(deaths(victim))
                    .as("a node that is short of connections lives")
                    .isEqualTo(dead);
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> work.count(all, "status <> 'completed'") == 0);
    }

    /** Does it; returns since when work has to go on. */
    private long inject(Fault fault, Member victim, List<Member> nodes, List<UUID> wave, List<UUID> contested) {
        if (fault == Fault.STARVED_POOL) {
            all.addAll(work.takenBy(victim, nodes, () -> work.insertHolding(POOL + 10, Duration.ofSeconds(8))));
        }
        long now = System.nanoTime();
        switch (fault) {
            case CUT_CONNECTIONS -> cluster.cutConnections();
            case PAUSED_NODE -> {
                contested.addAll(standStill(victim, nodes));
                wave.addAll(contested);
                now = System.nanoTime();
            }
            case STALLED_CONNECTIONS -> victim.proxy().stall();
            case LOST_ANSWERS -> victim.proxy().loseAnswers();
            case STARVED_POOL -> {
                // It is.
            }
            case KILLED_NODE -> victim.server().kill();
            case DATABASE_RESTART -> {
                cluster.restartDatabase();
                now = System.nanoTime();
            }
        }
        return now;
    }

    /**
     * Others have taken its jobs over and run them when the node wakes up; it believes that it has just done them.
     *
     * @return the jobs
     */
    private List<UUID> standStill(Member victim, List<Member> nodes) {
        int said = victim.server().output().length();
        List<UUID> contested = work.takenBy(victim, nodes, () -> work.insertLong(20, Duration.ofSeconds(5)));
        victim.pause();
        try {
            await().atMost(RESUMED)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> work.runningElsewhere(contested, victim) == contested.size());
        } finally {
            victim.resume();
        }
        await().atMost(RESUMED)
                .untilAsserted(() -> assertThat(victim.server().output().substring(said))
                        .contains("node was taken for dead, its jobs went to others", "stale job end dropped"));
        return contested;
    }

    private long deaths(Member node) {
        return cluster.database()
                .count("select count(*) from nodes where state = 'dead' and name like ?", node.worker() + "%");
    }

    private static void assertEveryLoopGoesRound(Member node) {
        JsonNode checks = new Api(node.server().baseUri(), null)
                .get("/health/ready")
                .json()
                .path("checks");
        for (JsonNode check : checks) {
            if (check.path("name").asText().equals("worker")) {
                LONGEST_ROUND_MS.forEach((thread, longest) -> {
                    String state = check.path("data").path(thread).asText();
                    Matcher round = LAST_ROUND.matcher(state);
                    assertThat(round.matches()).as(thread + " " + state).isTrue();
                    assertThat(Long.parseLong(round.group(1))).as(thread).isLessThan(longest);
                });
            }
        }
    }
}
