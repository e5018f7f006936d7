package io.sluice.jobs.handlers;

import io.sluice.jobs.JobTypes.Rate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What operators set for one type; null: as its handler says, or no limit.
 *
 * @param concurrency most running jobs on one node
 * @param clusterLimit most running jobs on all nodes together
 * @param projectLimit most running jobs for one project on all nodes together
 * @param finalErrors names of exceptions that no retry can mend
 */
record Controls(
        boolean paused,
        @Nullable Integer concurrency,
        @Nullable Integer maxAttempts,
        @Nullable Duration backoff,
        @Nullable Duration backoffCap,
        @Nullable Double jitter,
        @Nullable Duration timeout,
        @Nullable Integer clusterLimit,
        @Nullable Integer projectLimit,
        @Nullable Rate rate,
        @Nullable List<String> finalErrors) {
    static final Controls NONE = new Controls(false, null, null, null, null, null, null, null, null, null, null);

    /** Whether its jobs are claimed one node at a time. */
    boolean isLimited() {
        return clusterLimit != null || projectLimit != null || rate != null;
    }
}
