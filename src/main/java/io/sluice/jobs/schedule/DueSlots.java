package io.sluice.jobs.schedule;

import io.sluice.InvalidInputException;
import io.sluice.events.Events;
import io.sluice.jobs.Schedules.Overlap;
import io.sluice.jobs.Schedules.Schedule;
import io.sluice.jobs.enqueue.TransactionalQueue;
import io.sluice.jobs.schedule.ScheduleRepository.Due;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Turns slots that have come into jobs. A slot is dealt with in one transaction that holds the schedule's row, inserts
 * the job under the unique key of schedule and slot, and moves the schedule on: any number of nodes may try.
 */
@ApplicationScoped
public class DueSlots {
    private static final EventLog LOG = EventLog.of(DueSlots.class);

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

    /** Deals with the slots of one schedule that have passed. */
    @Transactional(TxType.REQUIRES_NEW)
    public void run(String name) {
        Due due = schedules.lockDue(name).orElse(null);
        Schedule schedule = schedules.find(name).orElse(null);
        if (due == null || schedule == null) {
            return;
        }
        Slots slots = Slots.of(schedule.terms());
        schedules.advance(name, slots.after(due.now()));
        if (due.next() == null) {
            return;
        }
        PassedSlots passed = PassedSlots.between(
                slots, due.next(), due.now(), schedule.terms().catchUp());
        List<Instant> wanted = passed.kept();
        List<Instant> enqueued = wanted;
        if (schedule.terms().overlap() == Overlap.SKIP && !wanted.isEmpty()) {
            // The jobs of one look would overlap each other too.
            enqueued = due.busy() ? List.of() : wanted.subList(wanted.size() - 1, wanted.size());
        }
        if (passed.missed()) {
            tellMissed(schedule, passed, enqueued.size());
        }
        if (passed.givenUp() > 0) {
            schedules.missed(name, passed.givenUp());
        }
        if (enqueued.size() < wanted.size()) {
            tellSkipped(schedule, wanted.get(0), wanted.size() - enqueued.size());
        }
        enqueued.forEach(slot -> enqueue(schedule, slot, due.now()));
    }

    /**
     * Puts back the schedules whose next slot is a later one than their calendar names: it was set while the database's
     * clock was ahead, and they would make no jobs until that time comes again.
     */
    @Transactional(TxType.REQUIRES_NEW)
    public void putBack() {
        List<Schedule> waiting = schedules.waiting();
        // Read after them: what another node sets meanwhile is not later than the slot that comes next from then on.
        Instant now = schedules.now();
        waiting.forEach(schedule -> putBack(schedule, now));
    }

    private void putBack(Schedule schedule, Instant now) {
        Instant seen = schedule.nextRunAt();
        Instant next;
        try {
            next = Slots.of(schedule.terms()).after(now);
        } catch (InvalidInputException unreadable) {
            // It fails when it is due, and must not keep the others from going on.
            return;
        }
        if (seen != null && next.isBefore(seen) && schedules.putBack(schedule.name(), seen, next)) {
            LOG.warning(
                    "schedule put back to its calendar", "schedule", schedule.name(), "slot", next, "instead_of", seen);
        }
    }

    private void tellMissed(Schedule schedule, PassedSlots passed, int jobs) {
        LOG.warning("scheduled slot missed", "schedule", schedule.name(), "slot", passed.first(), "made_up", jobs > 0);
        events.publish(ScheduleEvents.MISSED.of(
                null,
                new ScheduleEvents.Missed(
                        schedule.name(),
                        schedule.jobType(),
                        passed.first(),
                        passed.last(),
                        jobs > 0,
                        passed.givenUp())));
    }

    private void tellSkipped(Schedule schedule, Instant first, int slots) {
        schedules.skipped(schedule.name(), slots);
        LOG.info("scheduled slot skipped", "schedule", schedule.name(), "slot", first, "slots", slots);
        events.publish(ScheduleEvents.SKIPPED.of(
                null, new ScheduleEvents.Skipped(schedule.name(), schedule.jobType(), first, slots)));
    }

    private void enqueue(Schedule schedule, Instant slot, Instant now) {
        Duration late = Duration.between(slot, now);
        UUID job = queue.enqueueSlot(
                        schedule.name(),
                        slot,
                        startAt(schedule, slot, now),
                        schedule.jobType(),
                        schedule.terms().payload())
                .orElse(null);
        if (job != null) {
            schedules.ran(schedule.name(), job);
            ticks.enqueued(late);
            LOG.info("scheduled job enqueued", "schedule", schedule.name(), "slot", slot, "job_id", job, "late", late);
        }
    }

    /** Some time after the slot, so that schedules of the same hour do not start together; null: at once. */
    private static @Nullable Instant startAt(Schedule schedule, Instant slot, Instant now) {
        long jitter = schedule.terms().jitter().toMillis();
        Instant start = slot.plusMillis(ThreadLocalRandom.current().nextLong(jitter + 1));
        return start.isAfter(now) ? start : null;
    }
}
