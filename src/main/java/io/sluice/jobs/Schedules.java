package io.sluice.jobs;

import io.sluice.database.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
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
     * What operators decide about a schedule.
     *
     * @param description what it is for; may be empty
     * @param cron five fields: minute, hour, day of month, month, day of week; null where {@code every} stands
     * @param every from slot to slot, counted from 1970 on in UTC; 10 s to 366 days
     * @param timeZone the zone whose wall clock the cron fields read
     * @param payload what each job gets; fits the type's schema
     * @param catchUp how many of the latest missed slots are made up for: 0 to 1000
     * @param jitter longest random delay of a slot's job, up to a day
     */
    record Terms(
            String description,
            @Nullable String cron,
            @Nullable Duration every,
            String timeZone,
            Map<String, Object> payload,
            boolean enabled,
            Overlap overlap,
            int catchUp,
            Duration jitter) {
        /** What holds of a new schedule unless its maker says otherwise; it lacks a calendar. */
        public static final Terms USUAL =
                new Terms("", null, null, "UTC", Map.of(), true, Overlap.SKIP, 1, Duration.ZERO);

        /** The same but for what {@code change} says; a fixed rate without a zone is in UTC. */
        public Terms changed(Change change) {
            boolean otherCalendar = change.cron() != null || change.every() != null;
            boolean toFixedRate = change.every() != null && change.timeZone() == null;
            return new Terms(
                    Optional.ofNullable(change.description()).orElse(description),
                    otherCalendar ? change.cron() : cron,
                    otherCalendar ? change.every() : every,
                    toFixedRate ? "UTC" : Optional.ofNullable(change.timeZone()).orElse(timeZone),
                    Optional.ofNullable(change.payload()).orElse(payload),
                    Optional.ofNullable(change.enabled()).orElse(enabled),
                    Optional.ofNullable(change.overlap()).orElse(overlap),
                    Optional.ofNullable(change.catchUp()).orElse(catchUp),
                    Optional.ofNullable(change.jitter()).orElse(jitter));
        }

        /** The same with another payload. */
        public Terms withPayload(Map<String, Object> other) {
            return new Terms(description, cron, every, timeZone, other, enabled, overlap, catchUp, jitter);
        }
    }

    /**
     * Slots that became no job.
     *
     * @param skipped because an earlier job had not finished
     * @param missed because no node ran at their time, and more of them than are made up for
     */
    record Unused(
            long skipped,
            @Nullable Instant lastSkippedAt,
            long missed,
            @Nullable Instant lastMissedAt) {}

    /**
     * One entry.
     *
     * @param builtIn whether it came with the product; such a one can be paused and changed but not deleted
     * @param nextRunAt null while it is paused, or if its calendar cannot be read
     */
    record Schedule(
            String name,
            String jobType,
            boolean builtIn,
            Terms terms,
            @Nullable LastRun lastRun,
            @Nullable Instant nextRunAt,
            Unused unused) {}

    /**
     * What to change; null leaves a member as it is. A cron text takes the place of a fixed rate, and the other way
     * round.
     *
     * @param payload must fit the schedule's job type
     */
    record Change(
            @Nullable String description,
            @Nullable String cron,
            @Nullable Duration every,
            @Nullable String timeZone,
            @Nullable Map<String, Object> payload,
            @Nullable Boolean enabled,
            @Nullable Overlap overlap,
            @Nullable Integer catchUp,
            @Nullable Duration jitter) {}

    /** Lists schedules by name. */
    Page<Schedule> list(int limit, @Nullable String cursor);

    /**
     * Finds one schedule.
     *
     * @throws io.sluice.NotFoundException if there is none
     */
    Schedule get(String name);

    /**
     * Makes a schedule of the operators' own.
     *
     * @param name 1 to 100 letters, digits, {@code _} and {@code -}
     * @throws io.sluice.InvalidInputException if the type, the payload, the zone or the calendar is not valid
     * @throws io.sluice.ConflictException if the name is taken
     */
    Schedule create(String name, String jobType, Terms terms);

    /**
     * Takes a schedule away; jobs that it has enqueued stay.
     *
     * @throws io.sluice.ConflictException if it came with the product
     */
    void delete(String name);

    /** Enqueues the schedule's job now, beside its slots, even while it is paused; returns the job's id. */
    UUID runNow(String name);

    /** Stops it: slots pass unused and are not made up for. Has no effect on a paused one. */
    Schedule pause(String name);

    /** Starts it again from its next slot on. Has no effect on one that is not paused. */
    Schedule resume(String name);

    /**
     * Changes it.
     *
     * @throws io.sluice.InvalidInputException if the calendar, the zone or the payload is not valid
     */
    Schedule change(String name, Change change);

    /** How long ago this node last looked for due slots with success; since its start if it never did. Reads memory only. */
    Duration sinceTick();

    /** How late this node enqueued the latest slot that it dealt with; zero before the first. Reads memory only. */
    Duration lag();
}
