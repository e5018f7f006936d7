package io.sluice.jobs;

import io.sluice.database.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The calendar entries that enqueue jobs. Each change writes its audit entry in its own transaction. */
public interface Schedules {
    /** What happens at a slot while the job of an earlier slot is still pending or running. */
    enum Overlap {
        /** The slot is left out, and counted. */
        SKIP,
        /** The slot's job waits in the queue like any other. */
        QUEUE
    }

    /**
     * The latest job of a schedule.
     *
     * @param status null once the job itself has been removed
     */
    record LastRun(UUID jobId, Instant at, @Nullable JobStatus status) {}

    /**
     * One entry.
     *
     * @param cron five fields: minute, hour, day of month, month, day of week
     * @param timeZone the zone whose wall clock the fields read
     * @param catchUp whether the latest slot that was missed is made up for
     * @param nextRunAt null while it is paused
     * @param skipped slots left out because an earlier job had not finished
     */
    record Schedule(
            String name,
            String jobType,
            String cron,
            String timeZone,
            Map<String, Object> payload,
            boolean enabled,
            Overlap overlap,
            boolean catchUp,
            @Nullable LastRun lastRun,
            @Nullable Instant nextRunAt,
            long skipped,
            @Nullable Instant lastSkippedAt) {
        /** The same schedule with another payload. */
        public Schedule withPayload(Map<String, Object> other) {
            return new Schedule(
                    name,
                    jobType,
                    cron,
                    timeZone,
                    other,
                    enabled,
                    overlap,
                    catchUp,
                    lastRun,
                    nextRunAt,
                    skipped,
                    lastSkippedAt);
        }
    }

    /**
     * What to change; null leaves a member as it is.
     *
     * @param payload must fit the schedule's job type
     */
    record Change(
            @Nullable String cron,
            @Nullable String timeZone,
            @Nullable Map<String, Object> payload,
            @Nullable Boolean enabled,
            @Nullable Overlap overlap,
            @Nullable Boolean catchUp) {}

    /** Lists schedules by name. */
    Page<Schedule> list(int limit, @Nullable String cursor);

    /**
     * Finds one schedule.
     *
     * @throws io.sluice.NotFoundException if there is none
     */
    Schedule get(String name);

    /** Enqueues the schedule's job now, beside its slots, even while it is paused; returns the job's id. */
    UUID runNow(String name);

    /** Stops it: slots pass unused and are not made up for. Has no effect on a paused one. */
    Schedule pause(String name);

    /** Starts it again from its next slot on. Has no effect on one that is not paused. */
    Schedule resume(String name);

    /**
     * Changes it.
     *
     * @throws io.sluice.InvalidInputException if the cron text, the zone or the payload is not valid
     */
    Schedule change(String name, Change change);

    /** How long ago this node last looked for due slots with success; since its start if it never did. Reads memory only. */
    Duration sinceTick();

    /** How late this node enqueued the latest slot that it dealt with; zero before the first. Reads memory only. */
    Duration lag();
}
