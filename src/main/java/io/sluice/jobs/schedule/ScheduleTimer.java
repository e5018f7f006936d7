package io.sluice.jobs.schedule;

import io.sluice.jobs.WorkerStatus;
import io.sluice.jobs.wakeup.SlotNews;
import io.sluice.logging.EventLog;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ticks on every node and looks for due slots when the worker's heartbeat has heard that there may be some. Nothing may escape a tick: the server would take the bean's timer away. A
 * node that is going down goes on ticking, and does nothing.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionManagement(TransactionManagementType.BEAN)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class ScheduleTimer {
    private static final EventLog LOG = EventLog.of(ScheduleTimer.class);

    private static final Duration PUT_BACK_EVERY = Duration.ofMinutes(1);

    @Inject
    DueSlots slots;

    @Inject
    StoredSchedules schedules;

    @Inject
    WorkerStatus worker;

    @Inject
    TickRecord ticks;

    @Inject
    SlotNews news;

    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile boolean failing;
    private volatile long lastPutBack = System.nanoTime();

    @PostConstruct
    void start() {
        schedules
                .list(200, null)
                .items()
                .forEach(schedule -> LOG.info(
                        "scheduled jobs configured",
                        "schedule",
                        schedule.name(),
                        "job_type",
                        schedule.jobType(),
                        "cron",
                        schedule.terms().cron(),
                        "every",
                        schedule.terms().every(),
                        "time_zone",
                        schedule.terms().timeZone(),
                        "enabled",
                        schedule.terms().enabled(),
                        "next_run_at",
                        schedule.nextRunAt()));
    }

    @Schedule(hour = "*", minute = "*", second = "*/2", timezone = "UTC", persistent = false)
    void tick() {
        if (worker.draining() || !ticking.compareAndSet(false, true)) {
            return;
        }
        try {
            if (news.maybeDue()) {
                slots.due().forEach(this::run);
            }
            if (System.nanoTime() - lastPutBack > PUT_BACK_EVERY.toNanos()) {
                lastPutBack = System.nanoTime();
                slots.putBack();
            }
            ticks.ticked();
            failing = false;
        } catch (Throwable failure) {
            if (!failing) {
                LOG.warning("scheduler cannot look for due slots", "error", failure);
            }
            failing = true;
        } finally {
            ticking.set(false);
        }
    }

    /** One schedule that cannot be run must not keep the others from running. */
    private void run(String name) {
        try {
            slots.run(name);
        } catch (Throwable failure) {
            LOG.error("scheduled slot failed, the next tick tries again", failure, "schedule", name);
        }
    }
}
