package io.sluice.jobs.handlers;

import java.time.Duration;
import java.util.List;

/**
 * When a failed job runs again.
 *
 * @param maxAttempts most executions, the first included
 * @param base wait before the second attempt; each further one waits twice as long
 * @param cap longest wait
 * @param jitter 0 to 1: by which part of itself a wait may be shorter or longer
 * @param finalErrors names of exceptions that no retry can mend, whole or without their packages
 */
public record RetryPolicy(int maxAttempts, Duration base, Duration cap, double jitter, List<String> finalErrors) {
    public RetryPolicy {
        if (maxAttempts < 1 || maxAttempts > 1000) {
            throw new IllegalArgumentException("maxAttempts must be from 1 to 1000");
        }
        if (base.isNegative() || cap.compareTo(base) < 0) {
            throw new IllegalArgumentException("backoff must not be negative, and backoffCap not shorter");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter must be from 0 to 1");
        }
    }

    /**
     * The wait after the {@code attempt}-th execution failed: the doubled base, give or take the jitter, so that jobs
     * that failed together don't come back together; never longer than the cap.
     *
     * @param random from 0 to 1, exclusive
     */
    public Duration delayAfter(int attempt, double random) {
        double longest = (double) cap.toNanos();
        double full = Math.min(base.toNanos() * Math.pow(2, Math.min(attempt - 1, 62)), longest);
        double least = full * (1 - jitter);
        double most = Math.min(full * (1 + jitter), longest);
        return Duration.ofNanos(Math.round(least + (most - least) * random));
    }

    /** Whether another attempt could succeed where this error ended one. A final error's subclasses are final too. */
    public boolean isRetryable(Throwable error) {
        for (Class<?> type = error.getClass(); type != null; type = type.getSuperclass()) {
            if (finalErrors.contains(type.getName()) || finalErrors.contains(type.getSimpleName())) {
                return false;
            }
        }
        return true;
    }
}
