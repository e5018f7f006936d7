package io.sluice.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * @param unique which other jobs keep it out; stands alone, without uniqueKey and pendingKey
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
        @Nullable Needs needs,
        @Nullable Unique unique) {

    /**
     * Of which jobs there is to be one only. A job keeps others away as it said itself when it was enqueued. These keys
     * stand apart from unique and pending keys.
     *
     * @param key 1 to 200 characters
     * @param period whole seconds, up to a year: only jobs enqueued within one period, counted from 1970 in UTC on the
     *     database's clock; null: whenever
     * @param states states in which the job keeps others away; pending and running are always among them
     */
    public record Unique(String key, @Nullable Duration period, Set<JobStatus> states) {
        private static final Set<JobStatus> LIVE = EnumSet.of(JobStatus.PENDING, JobStatus.RUNNING);

        public Unique {
            EnumSet<JobStatus> all = EnumSet.copyOf(LIVE);
            all.addAll(states);
            states = Collections.unmodifiableSet(all);
        }

        /** With null for {@code states}: every state within a period, pending and running without one. */
        public static Unique of(String key, @Nullable Duration period, @Nullable Set<JobStatus> states) {
            Set<JobStatus> usual = period == null ? LIVE : EnumSet.allOf(JobStatus.class);
            return new Unique(key, period, states == null ? usual : states);
        }
    }

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
                needs,
                unique);
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
                needs,
                unique);
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
                needs,
                unique);
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
                needs,
                unique);
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
                needs,
                unique);
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
                wanted,
                unique);
    }

    /** There is one such job only. */
    public NewJob withUnique(Unique only) {
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
                needs,
                only);
    }

    public NewJob withPayload(Map<String, ?> other) {
        return new NewJob(
                type,
                other,
                delay,
                scheduledAt,
                maxAttempts,
                priority,
                projectId,
                uniqueKey,
                pendingKey,
                concurrencyKey,
                concurrencyLimit,
                needs,
                unique);
    }
}
