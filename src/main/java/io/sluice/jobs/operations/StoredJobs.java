package io.sluice.jobs.operations;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.SluiceException.FieldError;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.jobs.Job;
import io.sluice.jobs.JobAttempt;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.dependencies.Dependencies;
import io.sluice.jobs.enqueue.TransactionalQueue;
import io.sluice.jobs.enqueue.TransactionalQueue.Members;
import io.sluice.jobs.wakeup.AfterCommit;
import io.sluice.jobs.wakeup.News;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/** The jobs table as people see it. */
@ApplicationScoped
public class StoredJobs implements Jobs {
    /** The indexes that hold each key to one job. */
    private static final Set<String> KEYS = Set.of("jobs_live_unique_key", "jobs_unique_scope");

    @Inject
    TransactionalQueue queue;

    @Inject
    RecordRepository jobs;

    @Inject
    BulkRepository bulk;

    @Inject
    DetailsRepository details;

    @Inject
    Dependencies dependencies;

    @Inject
    WaitingReasons reasons;

    @Inject
    StatsRepository figures;

    @Inject
    AuditLog audit;

    @Inject
    BulkAudit bulkAudit;

    @Inject
    AfterCommit afterCommit;

    private final SharedReading<StatsRepository.Counted> counted =
            new SharedReading<>(() -> figures.counted(), System::nanoTime);

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
    @Transactional
    public Job get(UUID id) {
        return jobs.find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
    }

    @Override
    @Transactional
    public List<State> states(Collection<UUID> ids) {
        return details.states(ids);
    }

    @Override
    @Transactional
    public List<JobAttempt> history(List<UUID> ids) {
        return jobs.history(ids);
    }

    @Override
    @Transactional
    public Page<Job> list(Query query, int limit, @Nullable String cursor) {
        return jobs.list(query, limit, cursor);
    }

    @Override
    @Transactional
    public Job retry(UUID id) {
        Job job = get(id);
        Map<String, ?> before = state(job);
        if (!unlessKeyTaken(() -> jobs.retry(id))) {
            throw new ConflictException(
                    job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED
                            ? "Job " + id + " cannot be retried now: it is being retried, or another job has its key."
                            : "Job " + id + " is " + job.status().word()
                                    + "; only a failed or cancelled job can be retried.");
        }
        afterCommit.wakeWorkers(News.of(Set.of(job.type())));
        afterCommit.wakeForLimits();
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
    public EnqueuedBatch enqueueAll(NewBatch batch) {
        List<NewJob> all = new ArrayList<>(batch.jobs());
        NewJob last = batch.onCompletion();
        if (last != null) {
            all.add(last);
        }
        Members enqueued = last == null ? queue.enqueueMembers(all) : enqueuedWithCompletion(all);
        List<UUID> ids = enqueued.ids();
        List<UUID> members = ids.subList(0, batch.jobs().size());
        UUID completion = last == null ? null : ids.get(members.size());
        if (completion != null
                && (members.contains(completion) || !enqueued.made().contains(completion))) {
            throw new ConflictException("The unique key of on_completion is held by job " + completion
                    + ", which does not wait for this batch; nothing was enqueued.");
        }
        UUID batchId =
                last == null && batch.name() == null ? null : counted(batch.name(), enqueued, members, completion);
        bulkAudit.enqueued(made(all, enqueued), batchId);
        return new EnqueuedBatch(List.copyOf(members), batchId, completion);
    }

    /** The jobs that the call made, each once, by their ids. */
    private static Map<UUID, NewJob> made(List<NewJob> all, Members enqueued) {
        Map<UUID, NewJob> made = new LinkedHashMap<>();
        for (int place = 0; place < all.size(); place++) {
            made.putIfAbsent(enqueued.ids().get(place), all.get(place));
        }
        made.keySet().retainAll(enqueued.made());
        return made;
    }

    private UUID counted(@Nullable String name, Members enqueued, List<UUID> members, @Nullable UUID completion) {
        Set<UUID> made = new HashSet<>(members);
        made.retainAll(enqueued.made());
        Set<UUID> others = new HashSet<>(members);
        others.removeAll(made);
        return dependencies.batch(name, made, others, completion);
    }

    /** The completion job comes last; whoever made the batch knows it by another name. */
    private Members enqueuedWithCompletion(List<NewJob> all) {
        try {
            return queue.enqueueMembers(all);
        } catch (InvalidInputException wrong) {
            String last = "jobs[" + (all.size() - 1) + "].";
            throw new InvalidInputException(wrong.errors().stream()
                    .map(error -> new FieldError(error.field().replace(last, "on_completion."), error.message()))
                    .toList());
        }
    }

    @Override
    @Transactional
    public Batch batch(UUID id) {
        return details.batch(id).orElseThrow(() -> new NotFoundException("batch", id.toString()));
    }

    @Override
    @Transactional
    public Map<UUID, Details> details(List<UUID> ids) {
        return details.details(ids);
    }

    @Override
    @Transactional
    public Affected retryAll(Selection selection, boolean dryRun) {
        return recorded("jobs.retried", selection, unlessKeyTaken(() -> bulk.retry(selection, dryRun)), dryRun);
    }

    @Override
    @Transactional
    public Affected cancelAll(Selection selection, boolean dryRun) {
        return recorded("jobs.cancelled", selection, bulk.cancel(selection, dryRun), dryRun);
    }

    @Override
    @Transactional
    public Waiting waiting(UUID id) {
        return reasons.of(get(id));
    }

    /** A call that came first may give a unique key to a job of its own until it commits: then this one has lost. */
    private static <T> T unlessKeyTaken(Supplier<T> change) {
        try {
            return change.get();
        } catch (ConstraintViolationException taken) {
            if (!KEYS.contains(String.valueOf(taken.getConstraintName()))) {
                throw taken;
            }
            throw new ConflictException(
                    "Another job with the same unique key has become pending meanwhile; nothing was changed.");
        }
    }

    private Affected recorded(String action, Selection selection, BulkRepository.Changed changed, boolean dryRun) {
        if (!dryRun && changed.affected().count() > 0) {
            bulkAudit.changed(action, selection, changed);
            afterCommit.wakeWorkers(News.ALL);
            afterCommit.wakeForLimits();
        }
        return changed.affected();
    }

    @Override
    @Transactional
    public Stats stats() {
        StatsRepository.Counted shared = counted.get();
        return new Stats(shared.counts(), shared.lastHour(), figures.present());
    }

    @Override
    @Transactional
    public Present present() {
        return figures.present();
    }

    private Job record(String action, Map<String, ?> before, Job job) {
        audit.record(new NewAuditEntry(action, "job", job.id().toString(), job.projectId(), before, state(job)));
        return job;
    }

    private static Map<String, ?> state(Job job) {
        return Map.of("status", job.status().word(), "attempts", job.attempts());
    }
}
