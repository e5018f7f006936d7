package io.sluice.jobs.queue;

import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements about jobs that share limits. All belong inside the lock unless they say otherwise. */
@ApplicationScoped
class LimitRepository {
    /** How many waiting jobs of a type are looked at in one go. */
    static final int WINDOW = 1_000;

    /** How many jobs behind one limit. */
    static final int WINDOW_OF_LIMIT = 50;

    private static final int STATEMENT_LIMIT_MS = 15_000;

    /**
     * One lock for all limits: whoever counts running jobs must be the only one who may add to them. A process that stands
     * still while it holds the lock loses its transaction, and with it the lock, after a few seconds.
     */
    private static final String TRY_LOCK = """
            select pg_try_advisory_xact_lock(720035),
                   set_config('idle_in_transaction_session_timeout', '5000', true)
            """;

    private static final String CANDIDATES = """
            select j.id, j.type, j.concurrency_key, j.concurrency_limit, j.project_id, j.blocked_by, j.rank
            from jobs j
            where j.status = 'pending' and j.scheduled_at <= sluice_now()
            and j.id <> all (array(select cast(value as uuid)
                                   from jsonb_array_elements_text(cast(:busy as jsonb))))
            """;

    /**
     * The head of each type's queue; its length is bounded by the tokens that the type has left, which may be less than
     * none until a sweep has seen that the database's clock was set back.
     */
    private static final String HEAD = CANDIDATES + """
            and j.type = k.type
            and j.rank <= sluice_now() at time zone 'UTC'
            """;

    private static final String ORDER = " order by j.rank, j.id limit ";

    private static final String WAITING = ClaimRepository.KNOWN + """
            select c.id, c.type, coalesce(k.own, false) as own, coalesce(least(k.free, k.tokens), 0) as free,
                   c.concurrency_key, c.concurrency_limit, c.project_id, s.cluster_limit, s.project_limit, c.blocked_by
            from (
                select c.*
                from known k
                cross join lateral (
            """ + HEAD
            + " and j.blocked_by is null and j.concurrency_key is not null" + ORDER + """
                greatest(least(:window, k.tokens), 0)) c
                where k.free > 0
                union all
                select c.*
                from known k
                cross join lateral (
            """ + HEAD
            + " and j.blocked_by is null and j.concurrency_key is null" + ORDER + """
                greatest(least(:window, k.tokens), 0)) c
                where k.free > 0 and k.limited
                union all
                select c.*
                from jsonb_array_elements_text(cast(:released as jsonb)) as r (key)
                cross join lateral (
            """ + CANDIDATES + """
                and j.blocked_by = r.key
                and not exists (select from job_types t where t.type in (j.type, '*') and t.paused)
            """ + ORDER + """
                :windowOfLimit) c
            ) c
            left join known k on k.type = c.type
            left join job_types s on s.type = c.type
            order by c.rank, c.id
            """;

    /** Of all limits that could be of interest, in one look at what runs. */
    private static final String RUNNING = """
            select 'key:' || concurrency_key, count(*) from jobs
            where status = 'running'
              and concurrency_key = any (array(select jsonb_array_elements_text(cast(:keys as jsonb))))
            group by concurrency_key
            union all
            select case when grouping(j.project_id) = 1 then 'type:' || j.type
                        else 'project:' || j.type || ':' || j.project_id end, count(*)
            from jobs j
            join job_types s on s.type = j.type and coalesce(s.cluster_limit, s.project_limit) is not null
            where j.status = 'running'
            group by grouping sets ((j.type), (j.type, j.project_id))
            having grouping(j.project_id) = 1 or j.project_id is not null
            """;

    /**
     * In the lock, so that a bucket is emptied by one node at a time. It is never less than empty: an operator may have made
     * it smaller since it was looked at.
     */
    private static final String TAKE_TOKENS = """
            update job_types s
            set rate_tokens = greatest(least(s.rate_jobs, coalesce(s.rate_tokens, s.rate_jobs)
                    + s.rate_jobs * 1000.0 / s.rate_ms
                    * extract(epoch from clock_timestamp() - coalesce(s.rate_at, clock_timestamp()))) - t.taken, 0),
                rate_at = clock_timestamp()
            from jsonb_to_recordset(cast(:taken as jsonb)) as t (type text, taken integer)
            where s.type = t.type and s.rate_jobs is not null
            """;

    /** Written while the clock was ahead: an empty bucket would stay so until that time comes again. */
    private static final String COUNT_FROM_NOW = """
            update job_types set rate_at = clock_timestamp() where rate_at > clock_timestamp()
            """;

    /** Seconds until the first empty bucket has something again, of a type with work that this node could start. */
    private static final String NEXT_TOKEN = ClaimRepository.KNOWN + """
            select min((1 - least(s.rate_jobs, coalesce(s.rate_tokens, s.rate_jobs) + s.rate_jobs * 1000.0 / s.rate_ms
                    * extract(epoch from clock_timestamp() - coalesce(s.rate_at, clock_timestamp()))))
                    * s.rate_ms / 1000.0 / s.rate_jobs)
            from job_types s
            join known k on k.type = s.type
            where s.rate_jobs is not null and k.free > 0 and k.tokens < 1
              and exists (select from jobs j where j.status = 'pending' and j.type = s.type and j.blocked_by is null
                            and j.rank <= sluice_now() at time zone 'UTC' and j.scheduled_at <= sluice_now())
            """;

    /** A row that somebody else has locked is left for the next look. */
    private static final String CLAIM =
            ClaimRepository.KNOWN + """
            , placed as materialized (
                select j.id, k.max_attempts, k.timeout_ms
                from jobs j
                join known k on k.type = j.type
                where j.id = any (array(select cast(value as uuid)
                                        from jsonb_array_elements_text(cast(:jobs as jsonb))))
                  and j.status = 'pending'
                  and exists (select from nodes n where n.id = :node and n.state = 'active')
                for update of j skip locked
            ),
            begun as (
            """ + ClaimRepository.BEGIN + """
            from placed p
            where j.id = p.id
            """ + ClaimRepository.RETURNED;

    private static final String MARK = """
            with marks as materialized (
                select j.id, m.blocked_by
                from jsonb_to_recordset(cast(:marks as jsonb)) as m (id uuid, blocked_by text)
                join jobs j on j.id = m.id
                where j.status = 'pending'
                for update of j skip locked
            )
            update jobs j set blocked_by = m.blocked_by from marks m where j.id = m.id
            """;

    /** What marks jobs that wait for other jobs; sorts before the names of all limits. */
    private static final String JOBS = "jobs";

    /** Walks the distinct limits by index jumps, so that a long queue behind one of them costs nothing. */
    private static final String BLOCKING = """
            with recursive limits as (
                (select blocked_by as key from jobs
                 where status = 'pending' and blocked_by > :behind order by blocked_by limit 1)
                union all
                select (select j.blocked_by from jobs j
                        where j.status = 'pending' and j.blocked_by > l.key order by j.blocked_by limit 1)
                from limits l
                where l.key is not null
            )
            select key from limits where key is not null limit :most
            """;

    /**
     * A due job that may have to wait for limits.
     *
     * @param own whether its type has slots of its own
     * @param free how many more jobs of its type this node may run now
     * @param typeLimit most running jobs of its type on all nodes
     * @param projectLimit most running jobs of its type and project on all nodes
     * @param blockedBy the limit that it was found to wait for
     */
    record Waiting(
            UUID id,
            String type,
            boolean own,
            int free,
            @Nullable String key,
            @Nullable Integer keyLimit,
            @Nullable String projectId,
            @Nullable Integer typeLimit,
            @Nullable Integer projectLimit,
            @Nullable String blockedBy) {}

    /** How many jobs of a type were taken. */
    record Took(String type, int taken) {}

    /** What a job waits for; null: nothing that is known. */
    record Mark(UUID id, @Nullable String blockedBy) {}

    @PersistenceContext
    EntityManager entityManager;

    /** Keeps all other nodes from judging limits until the transaction ends; false if one of them does so now. */
    boolean tryLock() {
        Object[] row = (Object[]) query(TRY_LOCK).getSingleResult();
        return (Boolean) row[0];
    }

    @SuppressWarnings("unchecked")
    List<Waiting> waiting(Collection<Claimable> known, Collection<UUID> busy, Collection<String> released) {
        List<Object[]> rows = query(WAITING)
                .setParameter("known", Json.write(known))
                .setParameter("busy", Json.write(busy))
                .setParameter("released", Json.write(released))
                .setParameter("window", WINDOW)
                .setParameter("windowOfLimit", WINDOW_OF_LIMIT)
                .getResultList();
        return rows.stream()
                .map(row -> new Waiting(
                        (UUID) row[0],
                        (String) row[1],
                        (Boolean) row[2],
                        ((Number) row[3]).intValue(),
                        (String) row[4],
                        (Integer) row[5],
                        (String) row[6],
                        (Integer) row[7],
                        (Integer) row[8],
                        (String) row[9]))
                .toList();
    }

    void takeTokens(List<Took> taken) {
        query(TAKE_TOKENS).setParameter("taken", Json.write(taken)).executeUpdate();
    }

    /** Buckets that were looked at in the future fill from now on. Needs no lock. */
    void countFromNow() {
        query(COUNT_FROM_NOW).executeUpdate();
    }

    /** When a type that waits for its rate alone may start another job here; null if none does. */
    @Nullable
    Duration nextToken(Collection<Claimable> known) {
        Number seconds = (Number)
                query(NEXT_TOKEN).setParameter("known", Json.write(known)).getSingleResult();
        return seconds == null ? null : Duration.ofMillis((long) Math.ceil(Math.max(seconds.doubleValue(), 0) * 1000));
    }

    /** How many jobs run now under each limit, by its name; limits without any are left out. */
    @SuppressWarnings("unchecked")
    Map<String, Integer> running(Collection<String> keys) {
        Map<String, Integer> running = new HashMap<>();
        List<Object[]> rows =
                query(RUNNING).setParameter("keys", Json.write(keys)).getResultList();
        rows.forEach(row -> running.put((String) row[0], ((Number) row[1]).intValue()));
        return running;
    }

    List<ClaimedJob> claim(UUID node, Collection<Claimable> known, Collection<UUID> jobs) {
        return ClaimRepository.read(entityManager
                        .createNativeQuery(CLAIM)
                        .setParameter("known", Json.write(known))
                        .setParameter("jobs", Json.write(jobs))
                        .setParameter("node", node))
                .jobs();
    }

    void mark(List<Mark> marks) {
        query(MARK).setParameter("marks", Json.write(marks)).executeUpdate();
    }

    /** The next limits that jobs are marked to wait for, in their order; {@code behind} null: from the first one. */
    @SuppressWarnings("unchecked")
    List<String> blocking(@Nullable String behind, int most) {
        return query(BLOCKING)
                .setParameter("behind", behind == null ? JOBS : behind)
                .setParameter("most", most)
                .getResultList();
    }

    private Query query(String statement) {
        return entityManager
                .createNativeQuery(statement)
                .setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS);
    }
}
