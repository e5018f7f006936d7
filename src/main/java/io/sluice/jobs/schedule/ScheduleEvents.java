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
                    true));

    /**
     * What was missed.
     *
     * @param firstSlot the first slot that was not kept
     * @param lastSlot the latest slot when it was noticed
     * @param madeUp whether a job runs now in the place of all of them
     */
    record Missed(String schedule, String jobType, Instant firstSlot, Instant lastSlot, boolean madeUp) {}

    @Override
    public List<EventType<?>> types() {
        return List.of(MISSED);
    }
}
