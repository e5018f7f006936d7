package io.sluice.jobs.operations;

import io.sluice.database.Conditions;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.jobs.Job;
import io.sluice.jobs.JobAttempt;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** Jobs being read, and being changed by people one at a time. */
@ApplicationScoped
class RecordRepository {
    /**
     * The job and what it will wait for again, in the order of the ids, as whoever makes jobs wait for others locks them. The
     * retry by itself would lock the job first.
     */
    private static final String LOCK_WITH_NEEDS = """
            with retried as materialized (
                select id, depends_on from jobs where id = :id and status in ('failed', 'cancelled')
            )
            select j.id from jobs j
            where j.id = any (array(select id from retried union all select unnest(depends_on) from retried))
              and (j.id = :id or j.status in ('pending', 'running'))
            order by j.id
            for no key update
            """;

    private static final String RETRY = """
            update jobs j
            set status = 'pending', scheduled_at = sluice_now(), completed_at = null, max_attempts = attempts + 1,
                rescues = 0, quarantined = false, pending_key = null, blocked_by = null, cancel_requested_at = null,
                progress_percent = null, progress_message = null
            where id = :id
              and status in ('failed', 'cancelled') and attempts < 1000
              and (unique_key is null or not exists (
                  select from jobs o where o.unique_key = j.unique_key and o.status in ('pending', 'running')))
              and (unique_scope is null or not exists (
                  select from jobs o
                  where o.unique_scope = j.unique_scope and o.status = any (o.unique_states) and o.id <> j.id))
            """;

    private static final String CANCEL = """
            update jobs
            set status = case when status = 'pending' then 'cancelled' else status end,
                completed_at = case when status = 'pending' then sluice_now() end,
                cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
            where id = :id and status in ('pending', 'running')
            """;

    /** A job that is put off again and again has as many attempts as it likes. */
    private static final int MOST_ATTEMPTS = 100;

    private static final String HISTORY = """
            select latest.*
            from jsonb_array_elements_text(cast(:ids as jsonb)) as wanted (id)
            cross join lateral (
                select * from job_attempts
                where job_id = cast(wanted.id as uuid)
                order by fencing_token desc
                limit :most
            ) latest
            order by latest.job_id, latest.fencing_token
            """;

    /**
     * Jobs of one state and any type, newest first: jumps along the types in the index by type and state. No index is by
     * state alone, and along the ids millions of others may come before those of the state.
     */
    static final String NEWEST_OF_STATE = """
            with recursive types as (
                (select type from jobs order by type limit 1)
                union all
                select (select j.type from jobs j where j.type > t.type order by j.type limit 1)
                from types t
                where t.type is not null
            )
            select newest.*
            from types t
            cross join lateral (
                select j.* from jobs j
                where j.type = t.type and j.status = :status and j.id < :before
                  and j.id >= sluice_uuid_floor(greatest(cast(:from as timestamptz) - interval '1 hour', 'epoch'))
                  and j.created_at >= coalesce(cast(:from as timestamptz), '-infinity')
                  and j.created_at < coalesce(cast(:to as timestamptz), 'infinity')
                order by j.id desc
                limit :most
            ) newest
            order by newest.id desc
            """;

    private static final UUID BEHIND_ALL = new UUID(-1, -1);

    @PersistenceContext
    EntityManager entityManager;

    boolean retry(UUID id) {
        entityManager.createNativeQuery(LOCK_WITH_NEEDS).setParameter("id", id).getResultList();
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
        return entityManager
                .unwrap(Session.class)
                .createNativeQuery(HISTORY, JobAttempt.class)
                .setParameter("ids", Json.write(ids))
                .setParameter("most", MOST_ATTEMPTS)
                .getResultList();
    }

    Page<Job> list(Jobs.Query query, int limit, @Nullable String cursor) {
        UUID after = Cursor.id(cursor);
        return Page.read(
                ofStateAlone(query) ? newestOfState(query, limit, after) : filtered(query, after),
                limit,
                job -> Stream.of(job.payload(), job.result(), job.lastError()),
                job -> Cursor.of(job.id()));
    }

    private static boolean ofStateAlone(Jobs.Query query) {
        return query.status() != null
                && Stream.of(query.type(), query.projectId(), query.projectIds(), query.batchId(), query.quarantined())
                        .allMatch(Objects::isNull);
    }

    private TypedQuery<Job> newestOfState(Jobs.Query query, int limit, @Nullable UUID after) {
        return entityManager
                .unwrap(Session.class)
                .createNativeQuery(NEWEST_OF_STATE, Job.class)
                .setParameter("status", Objects.requireNonNull(query.status()).word())
                .setParameter("before", after == null ? BEHIND_ALL : after)
                .setParameter("from", text(query.from()))
                .setParameter("to", text(query.to()))
                .setParameter("most", limit + 1);
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private TypedQuery<Job> filtered(Jobs.Query query, @Nullable UUID after) {
        JobStatus status = query.status();
        return new Conditions()
                .and("j.status = :status", "status", status == null ? null : status.word())
                .and("j.type = :type", "type", query.type())
                .and("j.projectId = :project", "project", query.projectId())
                .madeFrom("j", "createdAt", query.from())
                .and("j.createdAt < :to", "to", query.to())
                .and("j.projectId in (:projects)", "projects", query.projectIds())
                .and("j.batchId = :batch", "batch", query.batchId())
                .and("j.quarantined = :quarantined", "quarantined", query.quarantined())
                .and("j.id < :after", "after", after)
                .query(entityManager, "select j from Job j", "j.id desc", Job.class);
    }
}
