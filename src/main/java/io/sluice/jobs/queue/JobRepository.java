package io.sluice.jobs.queue;

import io.sluice.database.Conditions;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.jobs.Job;
import io.sluice.jobs.JobAttempt;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Jobs going in, being read, and being changed by people. */
@ApplicationScoped
class JobRepository {
    private static final String ITEMS = """
            with items as materialized (
                select sluice_uuid() as id, e.place, n.*
                from jsonb_array_elements(cast(:jobs as jsonb)) with ordinality as e (job, place)
                cross join lateral jsonb_to_record(e.job) as n
                    (type text, payload jsonb, priority integer, max_attempts integer, delay_ms bigint,
                     scheduled_at timestamptz, project_id text, unique_key text, pending_key text,
                     concurrency_key text, concurrency_limit integer, request_id text, schedule text,
                     slot timestamptz)
            ),
            inserted as (
                insert into jobs (id, type, payload, priority, max_attempts, scheduled_at, project_id, unique_key,
                                  pending_key, concurrency_key, concurrency_limit, request_id, schedule, slot)
                select id, type, payload, priority, max_attempts,
                       coalesce(scheduled_at, sluice_now()) + make_interval(secs => coalesce(delay_ms, 0) / 1000.0),
                       project_id, unique_key, pending_key, concurrency_key, concurrency_limit, request_id, schedule,
                       slot
                from items
                order by place
            """;

    private static final String INSERT = ITEMS + """
            )
            select id from items order by place
            """;

    /** The empty update locks the pending job that is already there until the caller's transaction ends. */
    private static final String INSERT_PENDING_ONCE = ITEMS + """
                on conflict (pending_key) where status = 'pending' do update set pending_key = excluded.pending_key
                returning id, xmax = 0 as created
            )
            select id, created from inserted
            """;

    private static final String INSERT_LIVE_ONCE = ITEMS + """
                on conflict (unique_key) where status in ('pending', 'running') do nothing
                returning id
            )
            select id from inserted
            """;

    /** In the order of the items; null for one whose key another transaction has just taken. */
    private static final String INSERT_MANY_LIVE_ONCE = ITEMS + """
                on conflict (unique_key) where status in ('pending', 'running') do nothing
                returning id, unique_key
            )
            select coalesce(n.id, j.id)
            from items i
            left join inserted n on n.unique_key = i.unique_key
            left join jobs j on j.unique_key = i.unique_key and j.status in ('pending', 'running')
            order by i.place
            """;

    private static final String INSERT_MANY_PENDING_ONCE = ITEMS + """
                on conflict (pending_key) where status = 'pending' do update set pending_key = excluded.pending_key
                returning id, pending_key
            )
            select n.id from items i join inserted n on n.pending_key = i.pending_key order by i.place
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

    private static final String WITHIN_A_YEAR = """
            select cast(:at as timestamptz) <= sluice_now() + interval '1 year'
            """;

    private static final String RETRY = """
            update jobs j
            set status = 'pending', scheduled_at = sluice_now(), completed_at = null, max_attempts = attempts + 1,
                rescues = 0, pending_key = null, blocked_by = null, cancel_requested_at = null, progress_percent = null,
                progress_message = null
            where id = :id
              and status in ('failed', 'cancelled')
              and (unique_key is null or not exists (
                  select from jobs o where o.unique_key = j.unique_key and o.status in ('pending', 'running')))
            """;

    private static final String CANCEL = """
            update jobs
            set status = case when status = 'pending' then 'cancelled' else status end,
                completed_at = case when status = 'pending' then sluice_now() end,
                cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
            where id = :id and status in ('pending', 'running')
            """;

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    List<UUID> insert(List<StoredJob> jobs) {
        return inserting(INSERT, jobs).getResultList();
    }

    /** The pending job of this key, new or not; locked until the transaction ends. */
    Object[] insertPendingOnce(StoredJob job) {
        return (Object[]) inserting(INSERT_PENDING_ONCE, List.of(job)).getSingleResult();
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

    /** Ids in the order of the jobs, whose unique keys differ; null where another transaction has just made one. */
    @SuppressWarnings("unchecked")
    List<@Nullable UUID> insertManyLiveOnce(List<StoredJob> jobs) {
        return inserting(INSERT_MANY_LIVE_ONCE, jobs).getResultList();
    }

    /** Ids in the order of the jobs, whose pending keys differ; each is locked until the transaction ends. */
    @SuppressWarnings("unchecked")
    List<UUID> insertManyPendingOnce(List<StoredJob> jobs) {
        return inserting(INSERT_MANY_PENDING_ONCE, jobs).getResultList();
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

    boolean withinAYear(Instant at) {
        return (boolean) entityManager
                .createNativeQuery(WITHIN_A_YEAR)
                .setParameter("at", at)
                .getSingleResult();
    }

    boolean retry(UUID id) {
        return entityManager.createNativeQuery(RETRY).setParameter("id", id).executeUpdate() == 1;
    }

    boolean cancel(UUID id) {
        return entityManager.createNativeQuery(CANCEL).setParameter("id", id).executeUpdate() == 1;
    }

    Optional<Job> find(UUID id) {
        return entityManager
                .createQuery("select j from Job j where j.id = :id", Job.class)
                .setParameter("id", id)
                .getResultStream()
                .findFirst();
    }

    /** The job as it is now, after a statement of this transaction has changed it. */
    Job reread(Job job) {
        entityManager.refresh(job);
        return job;
    }

    List<JobAttempt> history(List<UUID> ids) {
        return ids.isEmpty()
                ? List.of()
                : entityManager
                        .createQuery(
                                "select a from JobAttempt a where a.jobId in (:ids) order by a.jobId, a.fencingToken",
                                JobAttempt.class)
                        .setParameter("ids", ids)
                        .getResultList();
    }

    Page<Job> list(Jobs.Query query, int limit, @Nullable String cursor) {
        JobStatus status = query.status();
        return Page.cut(
                new Conditions()
                        .and("j.status = :status", "status", status == null ? null : status.word())
                        .and("j.type = :type", "type", query.type())
                        .and("j.projectId = :project", "project", query.projectId())
                        .and("j.createdAt >= :from", "from", query.from())
                        .and("j.createdAt < :to", "to", query.to())
                        .and("j.projectId in (:projects)", "projects", query.projectIds())
                        .and("j.id < :after", "after", Cursor.id(cursor))
                        .query(entityManager, "select j from Job j", "j.id desc", Job.class)
                        .setMaxResults(limit + 1)
                        .getResultList(),
                limit,
                job -> Cursor.of(job.id()));
    }

    private jakarta.persistence.Query inserting(String statement, List<StoredJob> jobs) {
        return entityManager.createNativeQuery(statement).setParameter("jobs", Json.write(jobs));
    }

    @SuppressWarnings("unchecked")
    private static Optional<UUID> first(jakarta.persistence.Query query) {
        return query.getResultStream().findFirst();
    }
}
