package io.sluice.jobs.operations;

import io.sluice.ConflictException;
import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.jobs.Job;
import io.sluice.jobs.JobAttempt;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.wakeup.AfterCommit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The jobs table as people see it. */
@ApplicationScoped
public class StoredJobs implements Jobs {
    @Inject
    JobQueue queue;

    @Inject
    RecordRepository jobs;

    @Inject
    BulkRepository bulk;

    @Inject
    WaitingReasons reasons;

    @Inject
    StatsRepository figures;

    @Inject
    JobsSettings settings;

    @Inject
    AuditLog audit;

    @Inject
    AfterCommit afterCommit;

    @Override
    @Transactional
    public JobQueue.Enqueued enqueue(NewJob job) {
        JobQueue.Enqueued enqueued = queue.enqueue(job);
        if (enqueued.created()) {
            String id = enqueued.id().toString();
            audit.record(
                    new NewAuditEntry("job.enqueued", "job", id, job.projectId(), null, Map.of("type", job.type())));
        }
        return enqueued;
    }

    @Override
    @Transactional(TxType.SUPPORTS)
    public Job get(UUID id) {
        return jobs.find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
    }

    @Override
    @Transactional(TxType.SUPPORTS)
    public List<JobAttempt> history(UUID id) {
        return history(List.of(id));
    }

    @Override
    @Transactional(TxType.SUPPORTS)
    public List<JobAttempt> history(List<UUID> ids) {
        return jobs.history(ids);
    }

    @Override
    @Transactional(TxType.SUPPORTS)
    public Map<UUID, Duration> remaining(List<Job> some) {
        return jobs.remaining(some.stream()
                .filter(job -> job.status() == JobStatus.RUNNING && job.progressPercent() != null)
                .map(Job::id)
                .toList());
    }

    @Override
    @Transactional(TxType.SUPPORTS)
    public Page<Job> list(Query query, int limit, @Nullable String cursor) {
        return jobs.list(query, settings.mostRescues(), limit, cursor);
    }

    @Override
    @Transactional
    public Job retry(UUID id) {
        Job job = get(id);
        Map<String, ?> before = state(job);
        if (!jobs.retry(id)) {
            throw new ConflictException(
                    job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED
                            ? "Job " + id + " cannot be retried now: it is being retried, or another job has its key."
                            : "Job " + id + " is " + job.status().word()
                                    + "; only a failed or cancelled job can be retried.");
        }
        afterCommit.wakeWorkers();
        return record("job.retried", before, jobs.reread(job));
    }

    @Override
    @Transactional
    public Job cancel(UUID id) {
        Job job = get(id);
        Map<String, ?> before = state(job);
        if (!jobs.cancel(id)) {
            throw new ConflictException("Job " + id + " has finished and cannot be cancelled.");
        }
        return record("job.cancelled", before, jobs.reread(job));
    }

    @Override
    @Transactional
    public List<UUID> enqueueAll(List<NewJob> many) {
        List<UUID> ids = queue.enqueueAll(many);
        audit.record(new NewAuditEntry(
                "jobs.enqueued",
                "job",
                ids.get(0).toString(),
                null,
                null,
                Map.of(
                        "jobs",
                        ids.size(),
                        "types",
                        many.stream().map(NewJob::type).distinct().sorted().toList())));
        return ids;
    }

    @Override
    @Transactional
    public Affected retryAll(Selection selection, boolean dryRun) {
        Affected affected = bulk.retry(selection, dryRun);
        return recorded("jobs.retried", selection, affected, dryRun);
    }

    @Override
    @Transactional
    public Affected cancelAll(Selection selection, boolean dryRun) {
        Affected affected = bulk.cancel(selection, dryRun);
        return recorded("jobs.cancelled", selection, affected, dryRun);
    }

    @Override
    @Transactional(TxType.SUPPORTS)
    public Waiting waiting(UUID id) {
        return reasons.of(get(id));
    }

    private Affected recorded(String action, Selection selection, Affected affected, boolean dryRun) {
        if (!dryRun && affected.count() > 0) {
            Map<String, Object> what = new LinkedHashMap<>();
            what.put("type", selection.type());
            what.put("status", selection.status());
            what.put("ids", selection.ids() == null ? null : selection.ids().size());
            what.put("count", affected.count());
            audit.record(new NewAuditEntry(action, "job", "*", selection.projectId(), null, what));
            afterCommit.wakeWorkers();
        }
        return affected;
    }

    @Override
    @Transactional(TxType.SUPPORTS)
    public Stats stats() {
        return figures.stats();
    }

    private Job record(String action, Map<String, ?> before, Job job) {
        audit.record(new NewAuditEntry(action, "job", job.id().toString(), job.projectId(), before, state(job)));
        return job;
    }

    private static Map<String, ?> state(Job job) {
        return Map.of("status", job.status().word(), "attempts", job.attempts());
    }
}
