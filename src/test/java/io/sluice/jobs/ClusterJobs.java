package io.sluice.jobs;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Cluster;
import io.sluice.testkit.Cluster.Member;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** The jobs of a cluster: put in, counted, and held against what really happened. */
final class ClusterJobs {
    /** Longest that a short job works. */
    static final int SHORT_MS = 1_000;

    private final Cluster cluster;

    ClusterJobs(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Work of 50 ms up to {@link #SHORT_MS}; every other one has an effect if {@code effects}. */
    List<UUID> insertShort(int count, boolean effects) {
        return insert(
                count,
                "floor(50 + random() * " + (SHORT_MS - 50) + ")",
                effects ? "random() < 0.5" : "false",
                0,
                false);
    }

    /** Work that lasts for so long and has no effect. */
    List<UUID> insertLong(int count, Duration each) {
        return insert(count, String.valueOf(each.toMillis()), "false", 0, false);
    }

    /** Work that holds its connection for so long. */
    List<UUID> insertHolding(int count, Duration each) {
        return insert(count, "0", "true", each.toMillis(), false);
    }

    /** Work that lasts for so long, whoever interrupts it. */
    List<UUID> insertDeaf(int count, Duration each) {
        return insert(count, String.valueOf(each.toMillis()), "false", 0, true);
    }

    /** Work of which at most {@code limit} may run at once. */
    List<UUID> insertLimited(int count, Duration each, String key, int limit) {
        List<UUID> ids = database().query("""
                        insert into jobs (type, payload, concurrency_key, concurrency_limit)
                        select 'test_work', jsonb_build_object('sleep_ms', ?, 'effect', false, 'hold_ms', 0, 'deaf', false), ?, ?
                        from generate_series(1, ?) returning id
                        """, each.toMillis(), key, limit, count).stream()
                .map(row -> (UUID) row.get("id"))
                .toList();
        TestJobs.wake(database());
        return ids;
    }

    private List<UUID> insert(int count, String sleepMs, String effect, long holdMs, boolean deaf) {
        List<UUID> ids = database().query("""
                        insert into jobs (type, payload)
                        select 'test_work', jsonb_build_object('sleep_ms', %s, 'effect', %s, 'hold_ms', %d, 'deaf', %s)
                        from generate_series(1, ?) returning id
                        """.formatted(sleepMs, effect, holdMs, deaf), count).stream()
                .map(row -> (UUID) row.get("id"))
                .toList();
        TestJobs.wake(database());
        return ids;
    }

    /** Lets one node take jobs while the others stand still for a moment. */
    List<UUID> takenBy(Member node, List<Member> nodes, Supplier<List<UUID>> insert) {
        List<Member> others = nodes.stream().filter(each -> each != node).toList();
        others.forEach(Member::pause);
        try {
            List<UUID> ids = insert.get();
            await().atMost(Duration.ofSeconds(6))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> count(ids, "started_at is not null") == ids.size());
            return ids;
        } finally {
            others.forEach(Member::resume);
        }
    }

    long count(List<UUID> ids, String condition) {
        return database().count("select count(*) from jobs where id = any (?) and (" + condition + ")", array(ids));
    }

    /** What is to be known about those that are not completed. */
    List<Map<String, Object>> unfinished(List<UUID> ids) {
        return database().query("""
                        select j.id, j.status, j.attempts, j.payload::text, n.name, n.state,
                               extract(epoch from sluice_now() - j.scheduled_at)::int as due_for, j.last_error,
                               (select string_agg(a.outcome || ' ' || a.worker, ', ' order by a.fencing_token)
                                from job_attempts a where a.job_id = j.id) as past
                        from jobs j left join nodes n on n.id = j.node_id
                        where j.id = any (?) and j.status <> 'completed'
                        """, array(ids));
    }

    long outcomes(List<UUID> ids, String outcome) {
        return database()
                .count("select count(*) from job_attempts where job_id = any (?) and outcome = ?", array(ids), outcome);
    }

    /** How many of them other nodes run now. */
    long runningElsewhere(List<UUID> ids, Member than) {
        return database().count("""
                        select count(*) from jobs j join nodes n on n.id = j.node_id
                        where j.id = any (?) and j.status = 'running' and n.name not like ?
                        """, array(ids), than.worker() + "%");
    }

    /** Of those that run, how many were claimed later than so long after a moment, both on the real clock. */
    long claimedLater(List<UUID> ids, Timestamp than, Duration by) {
        // A claim gives five minutes, as types do that say nothing; started_at is on the clock that other tests move.
        return database().count("""
                        select count(*) from jobs
                        where id = any (?)
                          and deadline_at - interval '5 minutes' > cast(? as timestamptz) + make_interval(secs => ?)
                        """, array(ids), than, (double) by.toSeconds());
    }

    /** How often a node claimed a job after the claim with that token, whatever became of it. */
    long claimsOf(Member node, long after) {
        return database().count("""
                        select (select count(*) from job_attempts where fencing_token > ? and worker like ?)
                             + (select count(*) from jobs j join nodes n on n.id = j.node_id
                                where j.fencing_token > ? and n.name like ?)
                        """, after, node.worker() + "%", after, node.worker() + "%");
    }

    long completedBy(Member node, List<UUID> ids) {
        return database().count("""
                        select count(*) from job_attempts where job_id = any (?) and outcome = 'completed' and worker like ?
                        """, array(ids), node.worker() + "%");
    }

    void cancel(List<UUID> ids) {
        database().execute("""
                        update jobs set cancel_requested_at = clock_timestamp() where id = any (?) and status = 'running'
                        """, array(ids));
        await().atMost(Duration.ofSeconds(30)).until(() -> count(ids, "status = 'running'") == 0);
    }

    /** Nothing lost, nothing done twice, no end accepted from whoever had lost the job. */
    void assertSound(List<UUID> ids) {
        assertThat(count(ids, "status <> 'completed'")).isZero();
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

    /** How many of them ran at once, by the order in which they themselves said when they began and ended. */
    long mostAtOnce(List<UUID> ids) {
        Set<String> counted = ids.stream().map(UUID::toString).collect(toSet());
        long running = 0;
        long most = 0;
        for (String line : cluster.executions()) {
            String[] words = line.split(" ");
            if (counted.contains(words[0])) {
                running += words[1].equals("start") ? 1 : -1;
                most = Math.max(most, running);
            }
        }
        return most;
    }

    private Map<String, Long> executions(String event) {
        return cluster.executions().stream()
                .map(line -> line.split(" "))
                .filter(words -> words[1].equals(event))
                .collect(toMap(words -> words[0], words -> 1L, Long::sum));
    }

    /** When a process began executions, in milliseconds of the epoch. */
    List<Long> startsOn(Member node) {
        return cluster.executions().stream()
                .map(line -> line.split(" "))
                .filter(words -> words[1].equals("start")
                        && words[2].equals(
                                String.valueOf(node.server().process().pid())))
                .map(words -> Long.parseLong(words[3]))
                .toList();
    }

    private TestDatabase database() {
        return cluster.database();
    }

    private static Object array(List<UUID> ids) {
        return ids.toArray(UUID[]::new);
    }
}
