package io.sluice.jobs;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.Cluster;
import io.sluice.testkit.Cluster.Member;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Faults, one after another, under a stream of jobs. After each one all work goes on within a bound. */
final class Chaos {
    /** What can go wrong with one node, or with the database of all. */
    enum Fault {
        CUT_CONNECTIONS,
        PAUSED_NODE,
        STALLED_CONNECTIONS,
        LOST_ANSWERS,
        STARVED_POOL,
        DATABASE_RESTART,
        KILLED_NODE
    }

    /** From the fault, or from the end of the database's absence, until everything due is done and every loop goes round. */
    private static final Duration RESUMED = Duration.ofSeconds(15);

    /** Longest that a job works or holds its connection. */
    private static final int LONGEST_MS = 1_000;

    private static final int POOL = 20;
    private static final Pattern LAST_ROUND = Pattern.compile("running, last round (\\d+) ms ago");
    private static final Map<String, Long> LONGEST_ROUND_MS =
            Map.of("claim_thread", 7_000L, "finish_thread", 3_000L, "heartbeat_thread", 3_000L, "watch_thread", 3_000L);

    private final Cluster cluster;
    private final Random random;
    private final List<UUID> all = new ArrayList<>();

    Chaos(Cluster cluster, long seed) {
        this.cluster = cluster;
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
        List<UUID> wave = new ArrayList<>(insertOn(victim, nodes, "random() < 0.5", 0, jobs / 3));
        long dead = deadNodes();
        long begun = inject(fault, victim, nodes, wave);
        wave.addAll(insert("random() < 0.5", 0, jobs / 3));
        wave.addAll(insert("random() < 0.5", 0, jobs - 2 * (jobs / 3)));
        all.addAll(wave);
        List<Member> others = nodes.stream()
                .filter(node -> node.lives() && (fault != Fault.PAUSED_NODE || node != victim))
                .toList();
        await(fault.toString()).atMost(RESUMED.plusMillis(LONGEST_MS)).untilAsserted(() -> {
            assertThat(unfinished(wave)).isZero();
            others.forEach(Chaos::assertEveryLoopGoesRound);
        });
        System.out.println(fault + ": resumed after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        heal(fault, victim, dead);
    }

    /** Does it; returns since when work has to go on. */
    private long inject(Fault fault, Member victim, List<Member> nodes, List<UUID> wave) {
        long now = System.nanoTime();
        switch (fault) {
            case CUT_CONNECTIONS -> cluster.cutConnections();
            case PAUSED_NODE -> victim.pause();
            case STALLED_CONNECTIONS -> victim.proxy().stall();
            case LOST_ANSWERS -> victim.proxy().loseAnswers();
            case STARVED_POOL -> wave.addAll(insertOn(victim, nodes, "true", 8_000, POOL + 10));
            case KILLED_NODE -> victim.server().kill();
            case DATABASE_RESTART -> {
                cluster.restartDatabase();
                now = System.nanoTime();
            }
        }
        return now;
    }

    private void heal(Fault fault, Member victim, long deadBefore) {
        if (fault == Fault.PAUSED_NODE) {
            victim.resume();
            await().atMost(RESUMED).untilAsserted(() -> {
                assertThat(victim.server().output()).contains("node was taken for dead, its jobs went to others");
                assertThat(victim.server().output()).contains("stale job end dropped");
                assertEveryLoopGoesRound(victim);
            });
        } else if (fault == Fault.STARVED_POOL) {
            assertThat(deadNodes()).as("a node that is short of connections lives").isEqualTo(deadBefore);
        }
    }

    /** Jobs that run on one node: the others stand still while it takes them. */
    List<UUID> insertOn(Member node, List<Member> nodes, String effect, int holdMs, int count) {
        List<Member> others = nodes.stream().filter(each -> each != node).toList();
        others.forEach(Member::pause);
        try {
            List<UUID> ids = insert(effect, holdMs, count);
            await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(20)).until(() -> started(ids) == count);
            return ids;
        } finally {
            others.forEach(Member::resume);
        }
    }

    List<UUID> insert(String effect, int holdMs, int count) {
        return insert(effect, "floor(50 + random() * " + (LONGEST_MS - 50) + ")", holdMs, count);
    }

    List<UUID> insert(String effect, String sleepMs, int holdMs, int count) {
        List<UUID> ids = database().query("""
                        insert into jobs (type, payload)
                        select 'test_work', jsonb_build_object('effect', %s, 'sleep_ms', %s, 'hold_ms', %d)
                        from generate_series(1, ?) returning id
                        """.formatted(effect, sleepMs, holdMs), count).stream()
                .map(row -> (UUID) row.get("id"))
                .toList();
        TestJobs.wake(database());
        return ids;
    }

    private long started(List<UUID> ids) {
        return database().count("select count(*) from jobs where id = any (?) and started_at is not null", array(ids));
    }

    private long unfinished(List<UUID> ids) {
        return database().count("select count(*) from jobs where id = any (?) and status <> 'completed'", array(ids));
    }

    private long deadNodes() {
        return database().count("select count(*) from nodes where state = 'dead'");
    }

    private static void assertEveryLoopGoesRound(Member node) {
        JsonNode checks =
                new Api(node.server().baseUri(), null).get("/health/ready").json().path("checks");
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

    /** Nothing lost, nothing done twice, no end accepted from whoever had lost the job. */
    void assertSound() {
        List<UUID> ids = all;
        assertThat(unfinished(ids)).isZero();
        assertThat(database().query("""
                        select j.id, j.attempts, j.fencing_token, array_agg(a.outcome order by a.fencing_token)::text
                        from jobs j join job_attempts a on a.job_id = j.id
                        where j.id = any (?)
                        group by j.id
                        having count(*) filter (where a.outcome = 'completed') <> 1
                            or max(a.fencing_token) filter (where a.outcome = 'completed') <> j.fencing_token
                            or max(a.fencing_token) <> j.fencing_token
                            or j.attempts <> count(*) filter (where a.outcome not in ('interrupted', 'snoozed'))
                        """, array(ids))).isEmpty();
        assertThat(database().query("""
                        select j.id, count(e.job_id) from jobs j left join testing.effects e on e.job_id = j.id
                        where j.id = any (?)
                        group by j.id
                        having count(e.job_id) <> case when (j.payload ->> 'effect')::boolean then 1 else 0 end
                        """, array(ids))).isEmpty();
        Map<UUID, Long> attempts = database()
                .query("select job_id, count(*) as n from job_attempts where job_id = any (?) group by 1", array(ids))
                .stream()
                .collect(toMap(row -> (UUID) row.get("job_id"), row -> (Long) row.get("n")));
        Map<String, Long> starts = executions("start");
        Map<String, Long> ends = executions("end");
        assertThat(ids).allSatisfy(id -> {
            assertThat(ends.getOrDefault(id.toString(), 0L)).isPositive();
            assertThat(starts.get(id.toString())).isLessThanOrEqualTo(attempts.get(id));
        });
    }

    private Map<String, Long> executions(String event) {
        return cluster.executions().stream()
                .map(line -> line.split(" "))
                .filter(words -> words[1].equals(event))
                .collect(toMap(words -> words[0], words -> 1L, Long::sum));
    }

    private TestDatabase database() {
        return cluster.database();
    }

    private static Object array(List<UUID> ids) {
        return ids.toArray(UUID[]::new);
    }
}
