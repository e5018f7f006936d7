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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** Jobs being read, and being changed by people one at a time. */
@ApplicationScoped
class RecordRepository {
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

    @PersistenceContext
    EntityManager entityManager;

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
        return entityManager
                .unwrap(Session.class)
                .createNativeQuery(HISTORY, JobAttempt.class)
                .setParameter("ids", Json.write(ids))
                .setParameter("most", MOST_ATTEMPTS)
                .getResultList();
    }

    Page<Job> list(Jobs.Query query, int limit, @Nullable String cursor) {
        JobStatus status = query.status();
        return Page.read(
                new Conditions()
                        .and("j.status = :status", "status", status == null ? null : status.word())
                        .and("j.type = :type", "type", query.type())
                        .and("j.projectId = :project", "project", query.projectId())
                        .madeFrom("j", "createdAt", query.from())
                        .and("j.createdAt < :to", "to", query.to())
                        .and("j.projectId in (:projects)", "projects", query.projectIds())
                        .and("j.batchId = :batch", "batch", query.batchId())
                        .and("j.quarantined = :quarantined", "quarantined", query.quarantined())
                        .and("j.id < :after", "after", Cursor.id(cursor))
                        .query(entityManager, "select j from Job j", "j.id desc", Job.class),
                limit,
                job -> Stream.of(job.payload(), job.result(), job.lastError()),
                job -> Cursor.of(job.id()));
    }
}
