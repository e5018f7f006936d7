package io.sluice.jobs.queue;

import io.sluice.jobs.Job;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements about jobs that share limits. All but {@link #tryLock} belong inside its lock. */
@ApplicationScoped
class LimitRepository {
    /** How many waiting jobs of a type are looked at in one go. */
    static final int WINDOW = 1_000;

    private static final int WINDOW_OF_KEY = 50;
    private static final int STATEMENT_LIMIT_MS = 15_000;

    /**
     * One lock for all limits: whoever counts running jobs must be the only one who may add to them. A process that stands
     * still while it holds the lock loses its transaction, and with it the lock, after a few seconds.
     */
    private static final String TRY_LOCK = """
            select pg_try_advisory_xact_lock(720035),
                   set_config('idle_in_transaction_session_timeout', '5000', true)
            """;

    private static final String WAITING = AttemptRepository.KNOWN + """
            select c.id, k.type, k.own, k.free, c.concurrency_key, c.concurrency_limit, false as blocked, c.rank
            from known k
            cross join lateral (
                select j.id, j.concurrency_key, j.concurrency_limit, j.rank
                from jobs j
                where j.status = 'pending' and j.blocked_by is null and j.concurrency_key is not null
                  and j.type = k.type
                  and j.rank <= sluice_now() at time zone 'UTC'
                  and j.scheduled_at <= sluice_now()
                  and j.id <> all (array(select cast(value as uuid)
                                         from jsonb_array_elements_text(cast(:busy as jsonb))))
                order by j.rank, j.id
                limit :window
            ) c
            where k.free > 0
            union all
            select c.id, c.type, coalesce(k.own, false), coalesce(k.free, 0), c.concurrency_key, c.concurrency_limit, true,
                   c.rank
            from jsonb_array_elements_text(cast(:released as jsonb)) as r (key)
            cross join lateral (
                select j.id, j.type, j.concurrency_key, j.concurrency_limit, j.rank
                from jobs j
                where j.status = 'pending' and j.blocked_by = r.key
                  and j.scheduled_at <= sluice_now()
                  and not exists (select from job_types t where t.type = j.type and t.paused)
                order by j.rank, j.id
                limit :windowOfKey
            ) c
            left join known k on k.type = c.type
            order by 8, 1
            """;

    private static final String RUNNING = """
            select concurrency_key, count(*)
            from jobs
            where status = 'running'
              and concurrency_key = any (array(select jsonb_array_elements_text(cast(:keys as jsonb))))
            group by concurrency_key
            """;

    /** A row that somebody else has locked is left for the next look. */
    private static final String CLAIM = AttemptRepository.KNOWN + """
            , placed as materialized (
                select j.id, k.max_attempts, k.timeout_ms
                from jobs j
                join known k on k.type = j.type
                where j.id = any (array(select cast(value as uuid)
                                        from jsonb_array_elements_text(cast(:jobs as jsonb))))
                  and j.status = 'pending'
                  and exists (select from nodes n where n.id = :node and n.state = 'active')
                for update of j skip locked
            )
            """ + AttemptRepository.BEGIN + """
            from placed p
            where j.id = p.id
            returning j.*
            """;

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

    /** Walks the distinct limits by index jumps, so that a long queue behind one of them costs nothing. */
    private static final String BLOCKING = """
            with recursive limits as (
                (select blocked_by as key from jobs
                 where status = 'pending' and blocked_by is not null order by blocked_by limit 1)
                union all
                select (select j.blocked_by from jobs j
                        where j.status = 'pending' and j.blocked_by > l.key order by j.blocked_by limit 1)
                from limits l
                where l.key is not null
            )
            select key from limits where key is not null limit 10000
            """;

    /**
     * A due job that shares a limit.
     *
     * @param own whether its type has slots of its own
     * @param free how many more jobs of its type this node may run
     * @param blocked whether it was found to wait for a limit
     */
    record Waiting(UUID id, String type, boolean own, int free, String key, int limit, boolean blocked) {}

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
                .setParameter("windowOfKey", WINDOW_OF_KEY)
                .getResultList();
        return rows.stream()
                .map(row -> new Waiting(
                        (UUID) row[0],
                        (String) row[1],
                        (Boolean) row[2],
                        ((Number) row[3]).intValue(),
                        (String) row[4],
                        ((Number) row[5]).intValue(),
                        (Boolean) row[6]))
                .toList();
    }

    /** How many jobs of each key run now; keys without any are left out. */
    @SuppressWarnings("unchecked")
    Map<String, Integer> running(Collection<String> keys) {
        Map<String, Integer> running = new HashMap<>();
        List<Object[]> rows =
                query(RUNNING).setParameter("keys", Json.write(keys)).getResultList();
        rows.forEach(row -> running.put((String) row[0], ((Number) row[1]).intValue()));
        return running;
    }

    @SuppressWarnings("unchecked")
    List<Job> claim(UUID node, Collection<Claimable> known, Collection<UUID> jobs) {
        return entityManager
                .createNativeQuery(CLAIM, Job.class)
                .setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS)
                .setParameter("known", Json.write(known))
                .setParameter("jobs", Json.write(jobs))
                .setParameter("node", node)
                .getResultList();
    }

    int mark(List<Mark> marks) {
        return query(MARK).setParameter("marks", Json.write(marks)).executeUpdate();
    }

    /** The limits that jobs are marked to wait for. */
    @SuppressWarnings("unchecked")
    List<String> blocking() {
        return query(BLOCKING).getResultList();
    }

    private Query query(String statement) {
        return entityManager
                .createNativeQuery(statement)
                .setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS);
    }
}
