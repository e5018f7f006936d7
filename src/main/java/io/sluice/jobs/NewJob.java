package io.sluice.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job to be enqueued. Everything but the type may be left out.
 *
 * @param payload becomes the payload record of the type's handler; validated before anything is stored
 * @param delay from now; null: {@code scheduledAt}, or at once
 * @param scheduledAt when it is due, at most a year ahead; null: at once
 * @param maxAttempts 1 to 100; null: the type's policy
 * @param priority 0 to 1000, higher first
 * @param uniqueKey while a pending or running job has this key, no second one is made
 * @param pendingKey while a pending, not yet claimed job has this key, no second one is made, and that job cannot be
 *     claimed before the enqueuing transaction ends: what the transaction wrote is seen by the job
 * @param concurrencyKey at most {@code concurrencyLimit} jobs with this key run at once on all nodes together; the others
 *     wait in the queue's order, without holding up any other job
 * @param concurrencyLimit 1 to 100,000; a job starts only while fewer jobs of its key run than it says itself
 * @param needs the jobs that it waits for; null: none
 */
public record NewJob(
        String type,
        Map<String, ?> payload,
        @Nullable Duration delay,
        @Nullable Instant scheduledAt,
        @Nullable Integer maxAttempts,
        int priority,
        @Nullable String projectId,
        @Nullable String uniqueKey,
        @Nullable String pendingKey,
        @Nullable String concurrencyKey,
        @Nullable Integer concurrencyLimit,
        @Nullable Needs needs) {

    /** When a job that waits for others runs; otherwise it is cancelled. */
    public enum RunIf {
        /** Once all of them completed. Cancelled as soon as one failed or was cancelled. */
        ALL_COMPLETED,
        /** Once all of them ended, in whatever way. */
        ALL_ENDED,
        /** As soon as one of them failed or was cancelled. Cancelled once all completed. */
        ANY_FAILED
    }

    /**
     * What a job waits for. A job that has ended already counts as it ended.
     *
     * @param jobs jobs that exist, up to 1,000 together with {@code members}
     * @param members places, from 0, of earlier jobs of the same call; never of later ones, so that no two jobs can wait
     *     for each other
     */
    public record Needs(List<UUID> jobs, List<Integer> members, RunIf runIf) {}

    /** A job that waits for no other and shares no limit. */
    public NewJob(
            String type,
            Map<String, ?> payload,
            @Nullable Duration delay,
            @Nullable Instant scheduledAt,
            @Nullable Integer maxAttempts,
            int priority,
            @Nullable String projectId,
            @Nullable String uniqueKey,
            @Nullable String pendingKey) {
        this(
                type,
                payload,
                delay,
                scheduledAt,
                maxAttempts,
                priority,
                projectId,
                uniqueKey,
                pendingKey,
                null,
                null,
                null);
    }

    public static NewJob of(String type, Map<String, ?> payload) {
        return new NewJob(type, payload, null, null, null, 0, null, null, null);
    }

    public NewJob withProject(@Nullable String project) {
        return new NewJob(
                type,
                payload,
                delay,
                scheduledAt,
                maxAttempts,
                priority,
                project,
                uniqueKey,
                pendingKey,
                concurrencyKey,
                concurrencyLimit,
                needs);
    }

    public NewJob withDelay(Duration wait) {
        return new NewJob(
                type,
                payload,
                wait,
                null,
                maxAttempts,
                priority,
                projectId,
                uniqueKey,
                pendingKey,
                concurrencyKey,
                concurrencyLimit,
                needs);
    }

    public NewJob withUniqueKey(String key) {
        return new NewJob(
                type,
                payload,
                delay,
                scheduledAt,
                maxAttempts,
                priority,
                projectId,
                key,
                pendingKey,
                concurrencyKey,
                concurrencyLimit,
                needs);
    }

    public NewJob withPendingKey(String key) {
        return new NewJob(
                type,
                payload,
                delay,
                scheduledAt,
                maxAttempts,
                priority,
                projectId,
                uniqueKey,
                key,
                concurrencyKey,
                concurrencyLimit,
                needs);
    }

    /** At most {@code limit} jobs with this key run at once on all nodes together. */
    public NewJob withConcurrencyKey(String key, int limit) {
        return new NewJob(
                type,
                payload,
                delay,
                scheduledAt,
                maxAttempts,
                priority,
                projectId,
                uniqueKey,
                pendingKey,
                key,
                limit,
                needs);
    }

    /** Waits for other jobs before it is claimed. */
    public NewJob withNeeds(Needs wanted) {
        return new NewJob(
                type,
                payload,
                delay,
                scheduledAt,
                maxAttempts,
                priority,
                projectId,
                uniqueKey,
                pendingKey,
                concurrencyKey,
                concurrencyLimit,
                wanted);
    }
}
