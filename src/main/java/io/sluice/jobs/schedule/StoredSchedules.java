package io.sluice.jobs.schedule;

import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.Schedules;
import io.sluice.jobs.queue.TransactionalQueue;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The schedules table as people see it. */
@ApplicationScoped
public class StoredSchedules implements Schedules {
    @Inject
    ScheduleRepository schedules;

    @Inject
    TransactionalQueue queue;

    @Inject
    JobTypes types;

    @Inject
    AuditLog audit;

    @Inject
    TickRecord ticks;

    @Override
    @Transactional(TxType.SUPPORTS)
    public Page<Schedule> list(int limit, @Nullable String cursor) {
        return schedules.list(limit, cursor).map(this::shown);
    }

    @Override
    @Transactional(TxType.SUPPORTS)
    public Schedule get(String name) {
        return shown(find(name));
    }

    @Override
    @Transactional
    public UUID runNow(String name) {
        schedules.lock(name);
        Schedule schedule = find(name);
        UUID job = queue.enqueueSlot(name, null, schedule.jobType(), schedule.payload())
                .orElseThrow();
        schedules.ran(name, job);
        audit.record(new NewAuditEntry("schedule.run", "schedule", name, null, null, Map.of("job_id", job)));
        return job;
    }

    @Override
    @Transactional
    public Schedule pause(String name) {
        return write(name, "schedule.paused", new Change(null, null, null, false, null, null));
    }

    @Override
    @Transactional
    public Schedule resume(String name) {
        return write(name, "schedule.resumed", new Change(null, null, null, true, null, null));
    }

    @Override
    @Transactional
    public Schedule change(String name, Change change) {
        return write(name, "schedule.updated", change);
    }

    @Override
    public Duration sinceTick() {
        return ticks.sinceTick();
    }

    @Override
    public Duration lag() {
        return ticks.lag();
    }

    private Schedule write(String name, String action, Change change) {
        schedules.lock(name);
        Schedule before = find(name);
        Schedule after = applied(before, change);
        CronExpression cron = CronExpression.parse(after.cron(), after.timeZone());
        if (change.payload() != null) {
            after = after.withPayload(new LinkedHashMap<>(types.accept(after.jobType(), after.payload(), before.payload())));
        }
        if (!before.equals(after)) {
            schedules.write(after);
            boolean sameSlots = before.enabled()
                    && before.cron().equals(after.cron())
                    && before.timeZone().equals(after.timeZone());
            if (!sameSlots) {
                // Slots that passed before the change, or during the pause, are not made up for.
                schedules.advance(name, cron.after(schedules.now()));
            }
            audit.record(new NewAuditEntry(action, "schedule", name, null, state(before), state(after)));
        }
        return get(name);
    }

    private static Schedule applied(Schedule old, Change change) {
        return new Schedule(
                old.name(),
                old.jobType(),
                Optional.ofNullable(change.cron()).orElse(old.cron()),
                Optional.ofNullable(change.timeZone()).orElse(old.timeZone()),
                Optional.ofNullable(change.payload()).orElse(old.payload()),
                Optional.ofNullable(change.enabled()).orElse(old.enabled()),
                Optional.ofNullable(change.overlap()).orElse(old.overlap()),
                Optional.ofNullable(change.catchUp()).orElse(old.catchUp()),
                old.lastRun(),
                old.nextRunAt(),
                old.skipped(),
                old.lastSkippedAt());
    }

    private Map<String, Object> state(Schedule schedule) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("cron", schedule.cron());
        state.put("time_zone", schedule.timeZone());
        state.put("payload", masked(schedule));
        state.put("enabled", schedule.enabled());
        state.put("overlap", schedule.overlap());
        state.put("catch_up", schedule.catchUp());
        return state;
    }

    private Map<String, Object> masked(Schedule schedule) {
        return Json.readObject(types.masked(schedule.jobType(), Json.write(schedule.payload())));
    }

    private Schedule find(String name) {
        return schedules.find(name).orElseThrow(() -> new NotFoundException("schedule", name));
    }

    /** A paused schedule has no next run; one that no tick has seen yet has its next slot. */
    private Schedule shown(Schedule stored) {
        Instant next = null;
        if (stored.enabled()) {
            next = stored.nextRunAt() != null
                    ? stored.nextRunAt()
                    : CronExpression.parse(stored.cron(), stored.timeZone()).after(schedules.now());
        }
        return new Schedule(
                stored.name(),
                stored.jobType(),
                stored.cron(),
                stored.timeZone(),
                masked(stored),
                stored.enabled(),
                stored.overlap(),
                stored.catchUp(),
                stored.lastRun(),
                next,
                stored.skipped(),
                stored.lastSkippedAt());
    }
}
