package io.sluice.jobs.schedule;

import io.sluice.events.Events;
import io.sluice.jobs.Schedules.Overlap;
import io.sluice.jobs.Schedules.Schedule;
import io.sluice.jobs.queue.TransactionalQueue;
import io.sluice.jobs.schedule.ScheduleRepository.Due;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Turns slots that have come into jobs. A slot is dealt with in one transaction that holds the schedule's row, inserts
 * the job under the unique key of schedule and slot, and moves the schedule on: any number of nodes may try.
 */
@ApplicationScoped
public class DueSlots {
    private static final EventLog LOG = EventLog.of(DueSlots.class);
    /** A slot dealt with later than this was missed: the database or every node was away. */
    private static final Duration ON_TIME = Duration.ofMinutes(1);

    @Inject
    ScheduleRepository schedules;

    @Inject
    TransactionalQueue queue;

    @Inject
    TickRecord ticks;

    @Inject
    Events events;

    /** Names of schedules that have a slot to deal with. */
    @Transactional(TxType.REQUIRES_NEW)
    public List<String> due() {
        return schedules.due();
    }

    /** Deals with the slots of one schedule: of several that have passed, with the latest only. */
    @Transactional(TxType.REQUIRES_NEW)
    public void run(String name) {
        Due due = schedules.lockDue(name).orElse(null);
        Schedule schedule = schedules.find(name).orElse(null);
        if (due == null || schedule == null) {
            return;
        }
        CronExpression cron = CronExpression.parse(schedule.cron(), schedule.timeZone());
        schedules.advance(name, cron.after(due.now()));
        if (due.next() == null) {
            return;
        }
        Instant slot = cron.latestUntil(due.now())
                .filter(latest -> latest.isAfter(due.next()))
                .orElse(due.next());
        Duration late = Duration.between(slot, due.now());
        boolean givenUp = late.compareTo(ON_TIME) > 0 && !schedule.catchUp();
        boolean skipped = due.busy() && schedule.overlap() == Overlap.SKIP;
        if (Duration.between(due.next(), due.now()).compareTo(ON_TIME) > 0) {
            boolean madeUp = !givenUp && !skipped;
            LOG.warning("scheduled slot missed", "schedule", name, "slot", due.next(), "made_up", madeUp);
            events.publish(ScheduleEvents.MISSED.of(
                    null, new ScheduleEvents.Missed(name, schedule.jobType(), due.next(), slot, madeUp)));
        }
        if (givenUp) {
            return;
        }
        if (skipped) {
            schedules.skipped(name);
            LOG.info("scheduled slot skipped", "schedule", name, "slot", slot);
        } else {
            enqueue(schedule, slot, late);
        }
    }

    private void enqueue(Schedule schedule, Instant slot, Duration late) {
        Optional<UUID> job = queue.enqueueSlot(schedule.name(), slot, schedule.jobType(), schedule.payload());
        if (job.isPresent()) {
            schedules.ran(schedule.name(), job.get());
            ticks.enqueued(late);
            LOG.info(
                    "scheduled job enqueued",
                    "schedule",
                    schedule.name(),
                    "slot",
                    slot,
                    "job_id",
                    job.get(),
                    "late",
                    late);
        }
    }
}
