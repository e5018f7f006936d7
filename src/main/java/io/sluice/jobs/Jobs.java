package io.sluice.jobs;

import io.sluice.database.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What people and the API do with jobs that exist. Each change writes its audit entry in its own transaction. */
public interface Jobs {
    /**
     * Which jobs; null leaves a condition out.
     *
     * @param from first creation instant included
     * @param to first creation instant excluded
     * @param projectIds only jobs of these projects; null: all jobs
     * @param batchId only jobs of this batch
     * @param quarantined whether they are in quarantine
     */
    record Query(
            @Nullable JobStatus status,
            @Nullable String type,
            @Nullable String projectId,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable List<String> projectIds,
            @Nullable UUID batchId,
            @Nullable Boolean quarantined) {}

    /** Jobs of one type in one state. */
    record Count(String type, JobStatus status, long jobs) {}

    /**
     * What finished in the last hour.
     *
     * @param attempts how many attempts ended
     * @param completed how many of them completed their job
     * @param p50 half of the completed attempts took at most this long; null when there were none
     */
    record LastHour(
            long attempts,
            long completed,
            @Nullable Duration p50,
            @Nullable Duration p95,
            @Nullable Duration p99) {}

    /**
     * A node whose heartbeat is fresh.
     *
     * @param name host and process
     * @param slots how many jobs it runs at once
     */
    record Node(UUID id, String name, Instant startedAt, boolean draining, int slots, int running) {}

    /**
     * Due jobs of one type, unless it is paused. Those that wait for other jobs are not due.
     *
     * @param oldest how long the oldest has been waiting
     * @param free how long the oldest has been waiting that no limit and no rate holds back; null if there is none
     * @param mostOnOneNode how many of the type one node may run at once, if operators said so
     */
    record Due(
            String type,
            Duration oldest,
            @Nullable Duration free,
            @Nullable Integer mostOnOneNode) {
        /** How long the oldest of all types has been waiting; zero when nothing waits. */
        public static Duration oldest(List<Due> types) {
            return types.stream().map(Due::oldest).max(Duration::compareTo).orElse(Duration.ZERO);
        }
    }

    /**
     * The queue now.
     *
     * @param due in no order
     * @param nodes those that are alive
     * @param expiredLeases nodes that were silent for longer than their lease and whose jobs nobody has taken yet
     */
    record Present(List<Due> due, List<Node> nodes, int expiredLeases) {}

    /** The queue: counts and the last hour may be up to twenty times as old as they took to read. */
    record Stats(List<Count> counts, LastHour lastHour, Present now) {}

    /**
     * Jobs of a bulk call: those that fulfil all conditions given.
     *
     * @param ids up to 1,000
     * @param batchId of this batch, without its completion job
     * @param quarantined true: only jobs in quarantine; null: those only if {@code ids} names them
     * @param reason why it is done, for the audit
     */
    record Selection(
            @Nullable String type,
            @Nullable JobStatus status,
            @Nullable String projectId,
            @Nullable List<UUID> ids,
            @Nullable UUID batchId,
            @Nullable Boolean quarantined,
            @Nullable String reason) {}

    /**
     * What a bulk call changed, or would change.
     *
     * @param remaining how many more there are, because one call changes up to 100,000
     */
    record Affected(long count, long remaining) {}

    /**
     * How far a job is, without what went in and came out.
     *
     * @param progressPercent null: its handler has said nothing
     */
    record State(
            UUID id,
            String type,
            JobStatus status,
            @Nullable Integer progressPercent,
            @Nullable String progressMessage,
            int attempts,
            Instant scheduledAt,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt,
            @Nullable String projectId) {}

    /**
     * What only some jobs have.
     *
     * @param dependsOn the jobs that it was enqueued to wait for
     * @param runIf what has to have become of them
     * @param remaining how long it will go on if it goes on as it did up to its latest progress; null: it doesn't run, or
     *     nobody can tell
     */
    record Details(
            UUID jobId,
            List<UUID> dependsOn,
            NewJob.@Nullable RunIf runIf,
            @Nullable Duration remaining) {}

    /**
     * Jobs to be enqueued together, and counted together if the batch has a name or a completion job.
     *
     * @param onCompletion waits for all of {@code jobs}, beside what it needs itself; null: nothing comes after them
     */
    record NewBatch(
            @Nullable String name,
            List<NewJob> jobs,
            @Nullable NewJob onCompletion) {}

    /**
     * What was made of a batch.
     *
     * @param ids in the order of its jobs
     * @param batchId null: it is not counted
     */
    record EnqueuedBatch(
            List<UUID> ids,
            @Nullable UUID batchId,
            @Nullable UUID completionId) {}

    /**
     * A batch and what has become of its jobs, without its completion job.
     *
     * @param jobs how many it was made of; those that no count has were removed long after their end, or had been there
     *     before under the same unique key
     * @param ended whether none of them is pending or running, those included that had been there before
     */
    record Batch(
            UUID id,
            @Nullable String name,
            Instant createdAt,
            int jobs,
            Map<JobStatus, Long> counts,
            boolean ended,
            @Nullable UUID completionId) {}

    /** Why a job waits. */
    enum ReasonCode {
        NOT_DUE,
        DEPENDENCY,
        TYPE_PAUSED,
        LIMIT_REACHED,
        RATE_LIMITED,
        NO_WORKER,
        QUEUE
    }

    /** A running job that takes room of a limit. */
    record Holder(
            UUID jobId,
            String type,
            Instant startedAt,
            @Nullable String worker) {}

    /**
     * One reason.
     *
     * @param until when it ends by itself, if anybody knows
     * @param limit most running jobs of the limit reached
     * @param ahead due jobs of its type that come before it, counted up to 10,000
     * @param needs jobs that have to end first, up to 100 of them
     */
    record Reason(
            ReasonCode code,
            String detail,
            @Nullable Instant until,
            @Nullable Integer limit,
            @Nullable Long ahead,
            List<Holder> holders,
            List<UUID> needs) {}

    /** All reasons; none for a job that is not pending. */
    record Waiting(JobStatus status, List<Reason> reasons) {}

    /**
     * Enqueues jobs in one transaction, all or none.
     *
     * @throws io.sluice.InvalidInputException as {@link JobQueue#enqueueAll} does
     */
    EnqueuedBatch enqueueAll(NewBatch batch);

    /**
     * Finds one batch.
     *
     * @throws io.sluice.NotFoundException if there is none
     */
    Batch batch(UUID id);

    /** What only some of these jobs have, by their ids. */
    Map<UUID, Details> details(List<UUID> ids);

    /**
     * Gives failed and cancelled jobs one more attempt, at once. Leaves out those whose unique key is held, quarantined
     * ones unless they are named, and those executed 1,000 times. One audit entry, and one more for each project if the
     * jobs are of several.
     *
     * @param dryRun only counts
     * @throws io.sluice.InvalidInputException if no condition is given
     */
    Affected retryAll(Selection selection, boolean dryRun);

    /** Cancels pending jobs and asks running ones to stop; otherwise like {@link #retryAll}. */
    Affected cancelAll(Selection selection, boolean dryRun);

    /**
     * Why a job does not run yet.
     *
     * @throws io.sluice.NotFoundException if there is none
     */
    Waiting waiting(UUID id);

    /**
     * Enqueues a job in a transaction of its own.
     *
     * @throws io.sluice.InvalidInputException as {@link JobQueue#enqueue} does
     */
    JobQueue.Enqueued enqueue(NewJob job);

    /**
     * Finds one job.
     *
     * @throws io.sluice.NotFoundException if there is none
     */
    Job get(UUID id);

    /** How those of these jobs are that exist, in any order; any number of them. */
    List<State> states(Collection<UUID> ids);

    /** The attempts of these jobs that have ended, oldest first; of each job the latest 100. */
    List<JobAttempt> history(List<UUID> ids);

    /** Lists jobs, newest first. */
    Page<Job> list(Query query, int limit, @Nullable String cursor);

    /**
     * Gives a failed or cancelled job one more attempt, at once.
     *
     * @throws io.sluice.ConflictException in every other state, and if its unique key is held by another job
     */
    Job retry(UUID id);

    /**
     * Cancels a pending job at once; asks a running one to stop, which reaches its node within about a second.
     *
     * @throws io.sluice.ConflictException if the job has finished
     */
    Job cancel(UUID id);

    /** Counts and ages, read from the tables; takes the longer the more jobs there are. */
    Stats stats();

    /** How long due jobs have been waiting, and who is alive; costs the same whatever the tables hold. */
    Present present();
}
