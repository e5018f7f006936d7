package io.sluice.admin.jobs;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The queue at one moment.
 *
 * @param oldestDueSeconds how long the oldest job that could run has been waiting
 */
public record StatsJson(
        List<CountJson> counts, double oldestDueSeconds, LastHourJson lastHour, List<WorkerJson> workers) {

    /** Jobs of one type in one state. */
    public record CountJson(String type, JobStatus status, long count) {}

    /** Attempts that ended in the last hour; times of those that completed their job, null when there were none. */
    public record LastHourJson(
            long attempts,
            long completed,
            double completedPerSecond,
            @Nullable Double p50Seconds,
            @Nullable Double p95Seconds,
            @Nullable Double p99Seconds) {}

    /** A node that is alive. */
    public record WorkerJson(UUID id, String name, Instant startedAt, boolean draining, int slots, int running) {}

    static StatsJson of(Jobs.Stats stats) {
        Jobs.LastHour hour = stats.lastHour();
        return new StatsJson(
                stats.counts().stream()
                        .map(count -> new CountJson(count.type(), count.status(), count.jobs()))
                        .toList(),
                Jobs.Due.oldest(stats.now().due()).toMillis() / 1000.0,
                new LastHourJson(
                        hour.attempts(),
                        hour.completed(),
                        Math.round(hour.completed() / 3.6) / 1000.0,
                        seconds(hour.p50()),
                        seconds(hour.p95()),
                        seconds(hour.p99())),
                stats.now().nodes().stream()
                        .map(node -> new WorkerJson(
                                node.id(),
                                node.name(),
                                node.startedAt(),
                                node.draining(),
                                node.slots(),
                                node.running()))
                        .toList());
    }

    private static @Nullable Double seconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis() / 1000.0;
    }
}
