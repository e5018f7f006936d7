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
 * A job to be enqueued: {@link #of} makes the simplest one, each {@code with…} a copy that says one thing more.
 *
 * @param payload becomes the payload record of the type's handler; validated before anything is stored
 * @param projectId the project that it is for; null: none
 * @param needs the jobs that it waits for; null: none
 */
public record NewJob(
        String type,
        Map<String, ?> payload,
        @Nullable String projectId,
        When when,
        Standing standing,
        Keys keys,
        Limit limit,
        @Nullable Needs needs) {

    /**
     * When it is due: at once, unless one of both is there.
     *
     * @param delay from now
     * @param scheduledAt at most a year ahead
     */
    public record When(@Nullable Duration delay, @Nullable Instant scheduledAt) {}

    /**
     * How it stands beside others.
     *
     * @param priority 0 to 1000, higher first
     * @param maxAttempts 1 to 100; null: the type's policy
     */
    public record Standing(int priority, @Nullable Integer maxAttempts) {}

    /**
     * Of which jobs there is to be one only; at most one of the three.
     *
     * @param uniqueKey while a pending or running job has this key, no second one is made
     * @param pendingKey while a pending, not yet claimed job has this key, no second one is made, and that job cannot be
     *     claimed before the enqueuing transaction ends: what the transaction wrote is seen by the job
     * @param unique which other jobs keep it out
     */
    public record Keys(
            @Nullable String uniqueKey,
            @Nullable String pendingKey,
            @Nullable Unique unique) {}

    /**
     * With which jobs it shares a limit; both or neither.
     *
     * @param concurrencyKey at most {@code concurrencyLimit} jobs with this key run at once on all nodes together; the
     *     others wait in the queue's order, without holding up any other job
     * @param concurrencyLimit 1 to 100,000; a job starts only while fewer jobs of its key run than it says itself
     */
    public record Limit(
            @Nullable String concurrencyKey, @Nullable Integer concurrencyLimit) {}

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

    /** A job that is due at once and about which nothing else is said. */
    public static NewJob of(String type, Map<String, ?> payload) {
        return new NewJob(
                type,
                payload,
                null,
                new When(null, null),
                new Standing(0, null),
                new Keys(null, null, null),
                new Limit(null, null),
                null);
    }

    public @Nullable Duration delay() {
        return when.delay();
    }

    public @Nullable Instant scheduledAt() {
        return when.scheduledAt();
    }

    public int priority() {
        return standing.priority();
    }

    public @Nullable Integer maxAttempts() {
        return standing.maxAttempts();
    }

    public @Nullable String uniqueKey() {
        return keys.uniqueKey();
    }

    public @Nullable String pendingKey() {
        return keys.pendingKey();
    }

    public @Nullable Unique unique() {
        return keys.unique();
    }

    public @Nullable String concurrencyKey() {
        return limit.concurrencyKey();
    }

    public @Nullable Integer concurrencyLimit() {
        return limit.concurrencyLimit();
    }

    public NewJob withPayload(Map<String, ?> other) {
        return new NewJob(type, other, projectId, when, standing, keys, limit, needs);
    }

    public NewJob withProject(@Nullable String project) {
        return new NewJob(type, payload, project, when, standing, keys, limit, needs);
    }

    /** Due after this time, in the place of any other. */
    public NewJob withDelay(Duration wait) {
        return with(new When(wait, null));
    }

    public NewJob with(When due) {
        return new NewJob(type, payload, projectId, due, standing, keys, limit, needs);
    }

    public NewJob withPriority(int higherFirst) {
        return with(new Standing(higherFirst, maxAttempts()));
    }

    public NewJob with(Standing other) {
        return new NewJob(type, payload, projectId, when, other, keys, limit, needs);
    }

    public NewJob withUniqueKey(@Nullable String key) {
        return with(new Keys(key, pendingKey(), unique()));
    }

    public NewJob withPendingKey(String key) {
        return with(new Keys(uniqueKey(), key, unique()));
    }

    /** There is one such job only. */
    public NewJob withUnique(Unique only) {
        return with(new Keys(uniqueKey(), pendingKey(), only));
    }

    public NewJob with(Keys others) {
        return new NewJob(type, payload, projectId, when, standing, others, limit, needs);
    }

    /** At most {@code most} jobs with this key run at once on all nodes together. */
    public NewJob withConcurrencyKey(String key, int most) {
        return with(new Limit(key, most));
    }

    public NewJob with(Limit shared) {
        return new NewJob(type, payload, projectId, when, standing, keys, shared, needs);
    }

    /** Waits for other jobs before it is claimed. */
    public NewJob withNeeds(@Nullable Needs wanted) {
        return new NewJob(type, payload, projectId, when, standing, keys, limit, wanted);
    }
}
