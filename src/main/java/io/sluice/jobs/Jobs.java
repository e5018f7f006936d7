package io.sluice.jobs;

import io.sluice.database.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
     */
    record Query(
            @Nullable JobStatus status,
            @Nullable String type,
            @Nullable String projectId,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable List<String> projectIds) {}

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
     * The queue at one moment.
     *
     * @param oldestDue how long the oldest job that could run has been waiting; zero when nothing waits
     */
    record Stats(List<Count> counts, Duration oldestDue, LastHour lastHour, List<Node> nodes) {}

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

    /** The attempts of a job that have ended, oldest first. */
    List<JobAttempt> history(UUID id);

    /** The attempts of several jobs that have ended, oldest first. */
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

    /** Counts and ages, read from the tables. */
    Stats stats();
}
