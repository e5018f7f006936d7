package io.sluice.jobs.enqueue;

import io.sluice.jobs.JobQueue;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Jobs going in whose keys may keep them out, and what is asked of the database before. */
@ApplicationScoped
class JobRepository {
    private static final String ITEMS = """
            with items as materialized (
                select sluice_uuid() as id, n.*,
                       coalesce(n.scope_period || '/' || floor(extract(epoch from sluice_now()) / n.scope_period), '')
                           || ':' || n.scoped_key as unique_scope
                from rows from (jsonb_to_recordset(cast(:jobs as jsonb)) as
                    (type text, payload jsonb, priority integer, max_attempts integer, delay_ms bigint,
                     scheduled_at timestamptz, project_id text, unique_key text, pending_key text,
                     concurrency_key text, concurrency_limit integer, request_id text, schedule text,
                     slot timestamptz, scoped_key text, scope_period bigint, scope_states text[],
                     traceparent text))
                    with ordinality as n
                    (type, payload, priority, max_attempts, delay_ms, scheduled_at, project_id, unique_key, pending_key,
                     concurrency_key, concurrency_limit, request_id, schedule, slot, scoped_key, scope_period,
                     scope_states, traceparent, place)
            ),
            inserted as (
                insert into jobs (id, type, payload, priority, max_attempts, scheduled_at, project_id, unique_key,
                                  pending_key, concurrency_key, concurrency_limit, request_id, schedule, slot,
                                  unique_scope, unique_states, traceparent)
                select id, type, payload, priority, max_attempts,
                       coalesce(scheduled_at, sluice_now()) + make_interval(secs => coalesce(delay_ms, 0) / 1000.0),
                       project_id, unique_key, pending_key, concurrency_key, concurrency_limit, request_id, schedule,
                       slot, unique_scope, scope_states, traceparent
                from items
                order by place
            """;

    /** The empty update locks the pending job that is already there until the caller's transaction ends. */
    private static final String INSERT_PENDING_ONCE = ITEMS + """
                on conflict (pending_key) where pending_key is not null and status = 'pending'
                do update set pending_key = excluded.pending_key
                returning id, xmax = 0 as created
            )
            select id, created from inserted
            """;

    private static final String INSERT_LIVE_ONCE = ITEMS + """
                on conflict (unique_key) where unique_key is not null and status in ('pending', 'running') do nothing
                returning id
            )
            select id from inserted
            """;

    /** In the order of the items; null for one whose key another transaction has just taken. */
    private static final String INSERT_MANY_LIVE_ONCE = ITEMS + """
                on conflict (unique_key) where unique_key is not null and status in ('pending', 'running') do nothing
                returning id, unique_key
            )
            select coalesce(n.id, j.id), n.id is not null as created
            from items i
            left join inserted n on n.unique_key = i.unique_key
            left join jobs j on j.unique_key = i.unique_key and j.status in ('pending', 'running')
            order by i.place
            """;

    private static final String INSERT_MANY_PENDING_ONCE = ITEMS + """
                on conflict (pending_key) where pending_key is not null and status = 'pending'
                do update set pending_key = excluded.pending_key
                returning id, pending_key
            )
            select n.id, n.id = i.id as created
            from items i
            join inserted n on n.pending_key = i.pending_key
            order by i.place
            """;

    private static final String INSERT_SCOPED_ONCE = ITEMS + """
                on conflict (unique_scope) where unique_scope is not null and status = any (unique_states) do nothing
                returning id, unique_scope
            )
            select coalesce(n.id, j.id), n.id is not null as created
            from items i
            left join inserted n on n.unique_scope = i.unique_scope
            left join jobs j on j.unique_scope = i.unique_scope and j.status = any (j.unique_states)
            order by i.place
            """;

    private static final String INSERT_SLOT_ONCE = ITEMS + """
                on conflict (schedule, slot) where slot is not null do nothing
                returning id
            )
            select id from inserted
            """;

    private static final String FIND_LIVE = """
            select id from jobs where unique_key = :key and status in ('pending', 'running')
            """;

    private static final String FITS = """
            select octet_length(cast(cast(:payload as jsonb) as text)) <= 1048576
            """;

    private static final String UNTIL = """
            select case when t.at <= sluice_now() + interval '1 year'
                        then ceil(1000 * greatest(extract(epoch from t.at - sluice_now()), 0)) end
            from (select cast(:at as timestamptz) as at) t
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** The pending job of this key, new or not; locked until the transaction ends. */
    JobQueue.Enqueued insertPendingOnce(StoredJob job) {
        Object[] row = (Object[]) inserting(INSERT_PENDING_ONCE, List.of(job)).getSingleResult();
        return new JobQueue.Enqueued((UUID) row[0], (Boolean) row[1]);
    }

    /** The new job, or the live one that has its unique key. */
    JobQueue.Enqueued insertOrFindLive(StoredJob job) {
        while (true) {
            Optional<UUID> made = first(inserting(INSERT_LIVE_ONCE, List.of(job)));
            if (made.isPresent()) {
                return new JobQueue.Enqueued(made.get(), true);
            }
            Optional<UUID> live =
                    first(entityManager.createNativeQuery(FIND_LIVE).setParameter("key", job.uniqueKey()));
            if (live.isPresent()) {
                return new JobQueue.Enqueued(live.get(), false);
            }
            // It finished between the two statements: its key is free now.
        }
    }

    /** In the order of the jobs, whose unique keys differ; null where another transaction has just made one. */
    List<JobQueue.@Nullable Enqueued> insertManyLiveOnce(List<StoredJob> jobs) {
        return enqueued(INSERT_MANY_LIVE_ONCE, jobs);
    }

    /** In the order of the jobs, whose pending keys differ; each is locked until the transaction ends. */
    List<JobQueue.Enqueued> insertManyPendingOnce(List<StoredJob> jobs) {
        return enqueued(INSERT_MANY_PENDING_ONCE, jobs);
    }

    /**
     * The new jobs, or those that keep them out, in the order of the jobs, whose scopes differ; null for one whose scope
     * another transaction has just taken, or given up.
     */
    List<JobQueue.@Nullable Enqueued> insertScopedOnce(List<StoredJob> jobs) {
        return enqueued(INSERT_SCOPED_ONCE, jobs);
    }

    /** The same of one job, until it is there. */
    JobQueue.Enqueued insertOrFindScoped(StoredJob job) {
        while (true) {
            JobQueue.Enqueued made = insertScopedOnce(List.of(job)).get(0);
            if (made != null) {
                return made;
            }
        }
    }

    /** The new job's id; empty if its slot has one already. */
    Optional<UUID> insertSlotOnce(StoredJob job) {
        return first(inserting(INSERT_SLOT_ONCE, List.of(job)));
    }

    boolean fits(String payload) {
        return (boolean) entityManager
                .createNativeQuery(FITS)
                .setParameter("payload", payload)
                .getSingleResult();
    }

    /** How long it is until then, by the database's clock; zero when it has passed, empty beyond a year. */
    Optional<Duration> until(Instant at) {
        Number millis = (Number)
                entityManager.createNativeQuery(UNTIL).setParameter("at", at).getSingleResult();
        return millis == null ? Optional.empty() : Optional.of(Duration.ofMillis(millis.longValue()));
    }

    @SuppressWarnings("unchecked")
    private List<JobQueue.@Nullable Enqueued> enqueued(String statement, List<StoredJob> jobs) {
        List<Object[]> rows = inserting(statement, jobs).getResultList();
        List<JobQueue.@Nullable Enqueued> all = new ArrayList<>(rows.size());
        for (Object[] row : rows) {
            all.add(row[0] == null ? null : new JobQueue.Enqueued((UUID) row[0], (Boolean) row[1]));
        }
        return all;
    }

    private Query inserting(String statement, List<StoredJob> jobs) {
        return entityManager.createNativeQuery(statement).setParameter("jobs", Json.write(jobs));
    }

    @SuppressWarnings("unchecked")
    private static Optional<UUID> first(Query query) {
        return query.getResultStream().findFirst();
    }
}
