package io.sluice.admin.schedules;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Schedules.LastRun;
import io.sluice.jobs.Schedules.Overlap;
import io.sluice.jobs.Schedules.Schedule;
import io.sluice.jobs.Schedules.Terms;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as the API shows it.
 *
 * @param builtIn came with the product: can be paused and changed, not deleted
 * @param cron minute, hour, day of month, month, day of week on the wall clock of the zone; null beside every
 * @param every a fixed rate; null beside cron
 * @param catchUp how many of the latest missed slots are made up for
 * @param jitterSeconds longest random delay of a slot's job
 * @param nextRunAt null while it is paused, or if its calendar cannot be read
 * @param skipped slots left out because an earlier job had not finished
 * @param missed slots without a job because no node ran
 */
public record ScheduleJson(
        String name,
        String jobType,
        String description,
        boolean builtIn,
        @Nullable String cron,
        @Nullable String every,
        String timeZone,
        Map<String, Object> payload,
        boolean enabled,
        Overlap overlap,
        int catchUp,
        long jitterSeconds,
        @Nullable LastRunJson lastRun,
        @Nullable Instant nextRunAt,
        long skipped,
        @Nullable Instant lastSkippedAt,
        long missed,
        @Nullable Instant lastMissedAt) {

    /** The latest job of a schedule; its status is null once the job has been removed. */
    public record LastRunJson(
            UUID jobId, Instant at, @Nullable JobStatus status) {}

    static ScheduleJson of(Schedule schedule) {
        LastRun last = schedule.lastRun();
        Terms terms = schedule.terms();
        return new ScheduleJson(
                schedule.name(),
                schedule.jobType(),
                terms.description(),
                schedule.builtIn(),
                terms.cron(),
                terms.every() == null ? null : terms.every().toString(),
                terms.timeZone(),
                terms.payload(),
                terms.enabled(),
                terms.overlap(),
                terms.catchUp(),
                terms.jitter().toSeconds(),
                last == null ? null : new LastRunJson(last.jobId(), last.at(), last.status()),
                schedule.nextRunAt(),
                schedule.unused().skipped(),
                schedule.unused().lastSkippedAt(),
                schedule.unused().missed(),
                schedule.unused().lastMissedAt());
    }
}
