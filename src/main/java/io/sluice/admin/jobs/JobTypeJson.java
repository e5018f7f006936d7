package io.sluice.admin.jobs;

import io.sluice.jobs.JobTypes.JobType;
import io.sluice.jobs.JobTypes.Rate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job type as the API shows it.
 *
 * @param payloadSchema JSON Schema of the payload
 * @param timeoutSeconds longest run of one attempt
 * @param concurrency most jobs of it that one node runs at once
 * @param clusterConcurrency most running jobs of it on all nodes together; null: no limit
 * @param projectConcurrency most of them for one project; null: no limit
 * @param ownSlots slots of its own on each node, beside the shared ones; 0: it shares them
 */
public record JobTypeJson(
        String type,
        String description,
        Map<String, Object> payloadSchema,
        RetryPolicyJson retryPolicy,
        double timeoutSeconds,
        boolean paused,
        int concurrency,
        int ownSlots,
        @Nullable Integer clusterConcurrency,
        @Nullable Integer projectConcurrency,
        @Nullable RateLimitJson rateLimit) {

    /** How many of its jobs may start in a time, and at once. */
    public record RateLimitJson(int jobs, double perSeconds) {}

    /**
     * When a failed job runs again.
     *
     * @param maxAttempts most executions, the first included
     * @param backoffSeconds wait before the second attempt; each further one waits {@code factor} times as long, give or
     *     take {@code jitter} of it
     * @param capSeconds longest wait
     * @param finalErrors names of the exceptions that no retry can mend
     */
    public record RetryPolicyJson(
            int maxAttempts,
            double backoffSeconds,
            double factor,
            double capSeconds,
            double jitter,
            List<String> finalErrors) {}

    static JobTypeJson of(JobType type) {
        return new JobTypeJson(
                type.name(),
                type.description(),
                type.payloadSchema(),
                new RetryPolicyJson(
                        type.maxAttempts(),
                        type.backoff().toMillis() / 1000.0,
                        2,
                        type.backoffCap().toMillis() / 1000.0,
                        type.jitter(),
                        type.finalErrors()),
                type.timeout().toMillis() / 1000.0,
                type.paused(),
                type.concurrency(),
                type.ownSlots(),
                type.clusterConcurrency(),
                type.projectConcurrency(),
                rate(type.rate()));
    }

    private static @Nullable RateLimitJson rate(@Nullable Rate rate) {
        return rate == null ? null : new RateLimitJson(rate.jobs(), rate.per().toMillis() / 1000.0);
    }
}
