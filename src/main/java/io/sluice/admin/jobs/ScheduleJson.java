package io.sluice.admin.jobs;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Schedules.LastRun;
import io.sluice.jobs.Schedules.Overlap;
import io.sluice.jobs.Schedules.Schedule;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as the API shows it.
 *
 * @param cron minute, hour, day of month, month, day of week on the wall clock of the zone
 * @param catchUp whether the latest slot that was missed is made up for
 * @param nextRunAt null while it is paused
 * @param skipped slots left out because an earlier job had not finished
 */
public record ScheduleJson(
        String name,
        String jobType,
        String cron,
        String timeZone,
        Map<String, Object> payload,
        boolean enabled,
        Overlap overlap,
        boolean catchUp,
        @Nullable LastRunJson lastRun,
        @Nullable Instant nextRunAt,
        long skipped,
        @Nullable Instant lastSkippedAt) {

    /** The latest job of a schedule; its status is null once the job has been removed. */
    public record LastRunJson(
            UUID jobId, Instant at, @Nullable JobStatus status) {}

    static ScheduleJson of(Schedule schedule) {
        LastRun last = schedule.lastRun();
        return new ScheduleJson(
                schedule.name(),
                schedule.jobType(),
                schedule.cron(),
                schedule.timeZone(),
                schedule.payload(),
                schedule.enabled(),
                schedule.overlap(),
                schedule.catchUp(),
                last == null ? null : new LastRunJson(last.jobId(), last.at(), last.status()),
                schedule.nextRunAt(),
                schedule.skipped(),
                schedule.lastSkippedAt());
    }
}
