package io.sluice.jobs.schedule;

import io.sluice.events.EventSource;
import io.sluice.events.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

/** The events of schedules. */
@ApplicationScoped
public class ScheduleEvents implements EventSource {
    static final EventType<Missed> MISSED = new EventType<>(
            "schedule.missed",
            "Slots of a schedule passed while no node could run them, more than a minute ago.",
            Missed.class,
            new Missed(
                    "hourly-usage-check",
                    "check_usage_limits",
                    Instant.parse("2026-11-23T18:00:00Z"),
                    Instant.parse("2026-11-23T20:00:00Z"),
                    true,
                    2));

    static final EventType<Skipped> SKIPPED = new EventType<>(
            "schedule.skipped",
            "Slots of a schedule were left out because the job of an earlier one had not finished.",
            Skipped.class,
            new Skipped("hourly-usage-check", "check_usage_limits", Instant.parse("2026-11-23T18:00:00Z"), 1));

    static final EventType<Changed> CHANGED = new EventType<>(
            "schedule.changed",
            "An operator made, changed, paused, resumed or deleted a schedule.",
            Changed.class,
            new Changed("nightly-report", "nightly_report", "created"));

    /**
     * What was missed.
     *
     * @param firstSlot the first slot that was not kept
     * @param lastSlot the latest slot when it was noticed
     * @param madeUp whether jobs run now in the place of all of them
     * @param givenUp how many of the slots have no job
     */
    record Missed(String schedule, String jobType, Instant firstSlot, Instant lastSlot, boolean madeUp, int givenUp) {}

    /**
     * What was left out.
     *
     * @param firstSlot the first slot that was left out
     * @param slots how many there were
     */
    record Skipped(String schedule, String jobType, Instant firstSlot, int slots) {}

    /**
     * What became of a schedule.
     *
     * @param change created, updated, paused, resumed or deleted
     */
    record Changed(String schedule, String jobType, String change) {}

    @Override
    public List<EventType<?>> types() {
        return List.of(MISSED, SKIPPED, CHANGED);
    }
}
