package io.sluice.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.jobs.Job;
import io.sluice.jobs.JobAttempt;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.NewJob;
import io.sluice.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as the API shows it.
 *
 * @param payload what it was enqueued with; {@code ***} for each secret
 * @param result what its handler returned
 * @param history its attempts that have ended, oldest first
 * @param rescues how often its node was lost while it ran the job, since a person last retried it
 * @param unique of which jobs it is the only one
 */
public record JobJson(
        UUID id,
        String type,
        JobStatus status,
        int priority,
        @Nullable Object payload,
        @Nullable Object result,
        @Nullable Progress progress,
        int attempts,
        int maxAttempts,
        Instant scheduledAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        Instant createdAt,
        @Nullable String projectId,
        @Nullable String uniqueKey,
        @Nullable String schedule,
        @Nullable String lastError,
        List<AttemptJson> history,
        @Nullable String requestId,
        int rescues,
        @Nullable Unique unique) {

    /**
     * How far it is.
     *
     * @param percent 0 to 100
     * @param remainingSeconds at the rate of the present attempt so far; null unless it runs and has done 5 % at least
     */
    public record Progress(
            int percent,
            @Nullable String message,
            @Nullable Long remainingSeconds) {}

    /** The scope within which it keeps others away, in the states named. */
    public record Unique(
            String key,
            @Nullable Long periodSeconds,
            List<JobStatus> states) {
        static @Nullable Unique of(NewJob.@Nullable Unique unique) {
            if (unique == null) {
                return null;
            }
            Duration period = unique.period();
            return new Unique(
                    unique.key(),
                    period == null ? null : period.toSeconds(),
                    unique.states().stream().sorted().toList());
        }
    }

    /** One attempt that has ended. */
    public record AttemptJson(
            int attempt,
            String worker,
            Instant startedAt,
            Instant endedAt,
            String outcome,
            @Nullable String error) {
        static AttemptJson of(JobAttempt attempt) {
            return new AttemptJson(
                    attempt.attempt(),
                    attempt.worker(),
                    attempt.startedAt(),
                    attempt.endedAt(),
                    attempt.outcome(),
                    attempt.error());
        }
    }

    /** Shows a job that does not run. */
    public static JobJson of(Job job, List<JobAttempt> history, JobTypes types) {
        return of(job, history, types, null);
    }

    /**
     * Shows a job.
     *
     * @param remaining how long it will run on; null: nobody knows
     */
    public static JobJson of(Job job, List<JobAttempt> history, JobTypes types, @Nullable Duration remaining) {
        Integer percent = job.progressPercent();
        Integer maxAttempts = job.maxAttempts();
        return new JobJson(
                job.id(),
                job.type(),
                job.status(),
                job.priority(),
                tree(types.masked(job.type(), job.payload())),
                tree(job.result()),
                percent == null
                        ? null
                        : new Progress(
                                percent, job.progressMessage(), remaining == null ? null : remaining.toSeconds()),
                job.attempts(),
                maxAttempts == null ? types.maxAttempts(job.type()) : maxAttempts,
                job.scheduledAt(),
                job.startedAt(),
                job.completedAt(),
                job.createdAt(),
                job.projectId(),
                job.uniqueKey(),
                job.schedule(),
                job.lastError(),
                history.stream().map(AttemptJson::of).toList(),
                job.requestId(),
                job.rescues(),
                Unique.of(job.unique()));
    }

    private static @Nullable Object tree(@Nullable String json) {
        try {
            return json == null ? null : Json.strictMapper().readTree(json);
        } catch (JsonProcessingException stored) {
            throw new IllegalStateException("A stored JSON value cannot be read.", stored);
        }
    }
}
