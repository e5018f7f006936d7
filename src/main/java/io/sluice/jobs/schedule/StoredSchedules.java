package io.sluice.jobs.schedule;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.events.Events;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.Schedules;
import io.sluice.jobs.enqueue.PayloadSize;
import io.sluice.jobs.enqueue.TransactionalQueue;
import io.sluice.jobs.wakeup.SlotNews;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The schedules table as people see it. */
@ApplicationScoped
public class StoredSchedules implements Schedules {
    private static final Change PAUSE = enabled(false);
    private static final int MOST_MADE_UP = 1_000;
    private static final Duration LONGEST_JITTER = Duration.ofDays(1);

    @Inject
    ScheduleRepository schedules;

    @Inject
    TransactionalQueue queue;

    @Inject
    PayloadSize size;

    @Inject
    JobTypes types;

    @Inject
    AuditLog audit;

    @Inject
    Events events;

    @Inject
    TickRecord ticks;

    @Inject
    SlotNews slotNews;

    @Override
    @Transactional
    public Page<Schedule> list(int limit, @Nullable String cursor) {
        return schedules.list(limit, cursor).map(this::shown);
    }

    @Override
    @Transactional
    public Schedule get(String name) {
        return shown(find(name));
    }

    @Override
    @Transactional
    public Schedule create(String name, String jobType, Terms wanted) {
        if (!name.matches("[A-Za-z0-9_-]{1,100}")) {
            throw new InvalidInputException("name", "must have 1 to 100 letters, digits, _ and -.");
        }
        Slots slots = checked(wanted);
        Terms terms = wanted.withPayload(sealed(jobType, wanted.payload(), null));
        if (!schedules.insert(name, jobType, terms)) {
            throw new ConflictException("There is a schedule of this name already.");
        }
        schedules.advance(name, slots.after(schedules.now()));
        Schedule made = find(name);
        record(made, "created", null, state(made));
        return shown(made);
    }

    @Override
    @Transactional
    public void delete(String name) {
        schedules.lock(name);
        Schedule gone = find(name);
        if (!schedules.deleteOwn(name)) {
            throw new ConflictException("This schedule came with the product: it can be paused, not deleted.");
        }
        record(gone, "deleted", state(gone), null);
    }

    @Override
    @Transactional
    public UUID runNow(String name) {
        schedules.lock(name);
        Schedule schedule = find(name);
        UUID job = queue.enqueueSlot(
                        name, null, null, schedule.jobType(), schedule.terms().payload())
                .orElseThrow();
        schedules.ran(name, job);
        audit.record(new NewAuditEntry("schedule.run", "schedule", name, null, null, Map.of("job_id", job)));
        return job;
    }

    @Override
    @Transactional
    public Schedule pause(String name) {
        return write(name, "paused", PAUSE);
    }

    @Override
    @Transactional
    public Schedule resume(String name) {
        return write(name, "resumed", enabled(true));
    }

    @Override
    @Transactional
    public Schedule change(String name, Change change) {
        return write(name, "updated", change);
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
        Terms old = before.terms();
        Terms now = old.changed(change);
        if (!change.equals(PAUSE)) {
            // What nobody can read must be possible to stop.
            checked(now);
        }
        if (change.payload() != null) {
            now = now.withPayload(sealed(before.jobType(), now.payload(), old.payload()));
        }
        if (!old.equals(now)) {
            schedules.write(name, now);
            boolean sameSlots = old.enabled()
                    && Objects.equals(old.cron(), now.cron())
                    && Objects.equals(old.every(), now.every())
                    && old.timeZone().equals(now.timeZone());
            if (!sameSlots) {
                // Slots that passed before the change, or during the pause, are not made up for.
                schedules.advance(name, Slots.of(now).after(schedules.now()));
            }
            record(before, action, state(before), state(find(name)));
        }
        return get(name);
    }

    private void record(
            Schedule schedule,
            String change,
            @Nullable Map<String, Object> before,
            @Nullable Map<String, Object> after) {
        slotNews.heard(true);
        audit.record(new NewAuditEntry("schedule." + change, "schedule", schedule.name(), null, before, after));
        events.publish(ScheduleEvents.CHANGED.of(
                null, new ScheduleEvents.Changed(schedule.name(), schedule.jobType(), change)));
    }

    /** The payload as it is to be stored, if it fits the job type. */
    private Map<String, Object> sealed(
            String jobType, Map<String, Object> payload, @Nullable Map<String, Object> stored) {
        if (types.list().stream().noneMatch(known -> known.name().equals(jobType))) {
            throw new InvalidInputException("job_type", "is not a registered job type; see GET /v1/job-types.");
        }
        Map<String, Object> sealed = new LinkedHashMap<>(types.accept(jobType, payload, stored));
        size.check("payload", Json.write(sealed));
        return sealed;
    }

    /** The slots of these terms, if they are valid. */
    private static Slots checked(Terms terms) {
        if (terms.catchUp() < 0 || terms.catchUp() > MOST_MADE_UP) {
            throw new InvalidInputException("catch_up", "must be a whole number from 0 to 1000.");
        }
        if (terms.catchUp() > 1 && terms.overlap() == Overlap.SKIP) {
            throw new InvalidInputException("catch_up", "can be more than 1 only beside overlap queue.");
        }
        if (terms.jitter().isNegative() || terms.jitter().compareTo(LONGEST_JITTER) > 0) {
            throw new InvalidInputException("jitter_seconds", "must be from 0 to 86400.");
        }
        return Slots.of(terms);
    }

    private static Change enabled(boolean enabled) {
        return new Change(null, null, null, null, null, enabled, null, null, null);
    }

    private Map<String, Object> state(Schedule schedule) {
        Terms terms = schedule.terms();
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("job_type", schedule.jobType());
        state.put("description", terms.description());
        state.put("cron", terms.cron());
        state.put("every", terms.every() == null ? null : terms.every().toString());
        state.put("time_zone", terms.timeZone());
        state.put("payload", masked(schedule));
        state.put("enabled", terms.enabled());
        state.put("overlap", terms.overlap());
        state.put("catch_up", terms.catchUp());
        state.put("jitter_seconds", terms.jitter().toSeconds());
        return state;
    }

    private Map<String, Object> masked(Schedule schedule) {
        return Json.readObject(
                types.masked(schedule.jobType(), Json.write(schedule.terms().payload())));
    }

    private Schedule find(String name) {
        return schedules.find(name).orElseThrow(() -> new NotFoundException("schedule", name));
    }

    private Schedule shown(Schedule stored) {
        Instant next = !stored.terms().enabled()
                ? null
                : stored.nextRunAt() != null ? stored.nextRunAt() : firstSlot(stored.terms());
        return new Schedule(
                stored.name(),
                stored.jobType(),
                stored.builtIn(),
                stored.terms().withPayload(masked(stored)),
                stored.lastRun(),
                next,
                stored.unused());
    }

    /** Of a schedule that no tick has moved on yet; null if its calendar was written by hand and cannot be read. */
    private @Nullable Instant firstSlot(Terms terms) {
        try {
            return Slots.of(terms).after(schedules.now());
        } catch (InvalidInputException unreadable) {
            return null;
        }
    }
}
