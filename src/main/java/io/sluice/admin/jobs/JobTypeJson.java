package io.sluice.admin.jobs;

import io.sluice.jobs.JobTypes.JobType;
import java.util.Map;

/**
 * A job type as the API shows it.
 *
 * @param payloadSchema JSON Schema of the payload
 * @param timeoutSeconds longest run of one attempt
 * @param concurrency most jobs of it that one node runs at once
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
        int ownSlots) {

    /**
     * When a failed job runs again.
     *
     * @param maxAttempts most executions, the first included
     * @param backoffSeconds wait before the second attempt; each further one waits {@code factor} times as long, give or
     *     take half
     * @param capSeconds longest wait
     */
    public record RetryPolicyJson(int maxAttempts, double backoffSeconds, double factor, double capSeconds) {}

    static JobTypeJson of(JobType type) {
        return new JobTypeJson(
                type.name(),
                type.description(),
                type.payloadSchema(),
                new RetryPolicyJson(
                        type.maxAttempts(),
                        type.backoff().toMillis() / 1000.0,
                        2,
                        type.backoffCap().toMillis() / 1000.0),
                type.timeout().toMillis() / 1000.0,
                type.paused(),
                type.concurrency(),
                type.ownSlots());
    }
}
