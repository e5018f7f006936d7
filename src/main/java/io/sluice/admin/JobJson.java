package io.sluice.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.jobs.Job;
import io.sluice.jobs.JobAttempt;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.Jobs.Details;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.NewJob.RunIf;
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
 * @param dependsOn the jobs that it was enqueued to wait for
 * @param runIf what has to have become of them
 * @param batchId the batch that it is counted in
 * @param quarantined whether it lost its node so often that only a person lets it run again
 * @param rescues how often it lost its node since a person last retried it
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
        List<UUID> dependsOn,
        @Nullable RunIf runIf,
        @Nullable UUID batchId,
        boolean quarantined,
        int rescues,
        @Nullable Unique unique) {

    /**
     * How far it is.
     *
     * @param percent 0 to 100
     * @param remainingSeconds if it goes on as it did up to this progress; null: it doesn't run, or nobody can tell
     */
    public record Progress(
            int percent, @Nullable String message, @Nullable Double remainingSeconds) {}

    /** The scope within which it keeps others away, in the states named. */
    public record Unique(String key, @Nullable Long periodSeconds, List<JobStatus> states) {
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

    /**
     * One attempt that has ended.
     *
     * @param worker null for who sees only some projects, as what an exception says
     */
    public record AttemptJson(
            int attempt,
            @Nullable String worker,
            Instant startedAt,
            Instant endedAt,
            String outcome,
            @Nullable String error) {
        static AttemptJson of(JobAttempt attempt, boolean everything) {
            return new AttemptJson(
                    attempt.attempt(),
                    everything ? attempt.worker() : null,
                    attempt.startedAt(),
                    attempt.endedAt(),
                    attempt.outcome(),
                    everything ? attempt.error() : attempt.toldError());
        }
    }

    /** Shows a job that does not run. */
    public static JobJson of(Job job, List<JobAttempt> history, JobTypes types) {
        return of(job, history, types, null, true);
    }

    /**
     * Shows a job that may have more than most.
     *
     * @param details null: it has not
     * @param everything false: what exceptions say and where it ran is left out
     */
    public static JobJson of(
            Job job, List<JobAttempt> history, JobTypes types, @Nullable Details details, boolean everything) {
        Integer percent = job.progressPercent();
        Integer maxAttempts = job.maxAttempts();
        return new JobJson(
                job.id(),
                job.type(),
                job.status(),
                job.priority(),
                tree(types.masked(job.type(), job.payload())),
                tree(job.result()),
                percent == null ? null : new Progress(percent, job.progressMessage(), seconds(details)),
                job.attempts(),
                maxAttempts == null ? types.maxAttempts(job.type()) : maxAttempts,
                job.scheduledAt(),
                job.startedAt(),
                job.completedAt(),
                job.createdAt(),
                job.projectId(),
                job.uniqueKey(),
                job.schedule(),
                everything ? job.lastError() : toldError(job, history),
                history.stream().map(each -> AttemptJson.of(each, everything)).toList(),
                job.requestId(),
                details == null ? List.of() : details.dependsOn(),
                details == null ? null : details.runIf(),
                job.batchId(),
                job.quarantined(),
                job.rescues(),
                Unique.of(job.unique()));
    }

    /** It is the error of an attempt; of a job that never ran Sluice says by itself why it ended. */
    private static @Nullable String toldError(Job job, List<JobAttempt> history) {
        String error = job.lastError();
        if (error == null || history.isEmpty()) {
            return error;
        }
        String told = JobAttempt.UNEXPECTED;
        for (JobAttempt each : history) {
            told = error.equals(each.error()) ? each.toldError() : told;
        }
        return told;
    }

    private static @Nullable Double seconds(@Nullable Details details) {
        Duration remaining = details == null ? null : details.remaining();
        return remaining == null ? null : remaining.toMillis() / 1000.0;
    }

    /** What was inserted by hand may be nested deeper than JSON is read here: then its text is shown. */
    private static @Nullable Object tree(@Nullable String json) {
        try {
            return json == null ? null : Json.strictMapper().readTree(json);
        } catch (JsonProcessingException tooDeep) {
            return json;
        }
    }
}
