package io.sluice.health;

import io.sluice.database.DatabaseProbe;
import io.sluice.database.DatabaseProbe.Pulse;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.Schedules;
import io.sluice.jobs.WorkerStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.jspecify.annotations.Nullable;

/** The gauges of {@code /metrics} that have no label: the queue's age, this node's worker, scheduler and pool. */
@ApplicationScoped
public class NodeMeters {
    private static final double MILLIS = 1000.0;

    @Inject
    MetricRegistry registry;

    @Inject
    WorkerStatus worker;

    @Inject
    Schedules schedules;

    @Inject
    QueueFigures figures;

    @Inject
    DatabaseProbe probe;

    /** Registers all of them; called once. */
    void register() {
        queue();
        registry.gauge("sluice_worker_slots", worker::slots);
        registry.gauge("sluice_worker_running", worker::running);
        registry.gauge("sluice_worker_draining", () -> worker.draining() ? 1 : 0);
        registry.gauge("sluice_schedule_lag_seconds", () -> schedules.lag().toMillis() / MILLIS);
        registry.gauge(
                "sluice_schedule_tick_age_seconds", () -> schedules.sinceTick().toMillis() / MILLIS);
        registry.gauge("sluice_db_up", () -> figures.pulse().isPresent() ? 1 : 0);
        registry.gauge("sluice_db_latency_seconds", () -> ofPulse(Pulse::latencyMillis) / MILLIS);
        registry.gauge("sluice_db_connections", () -> ofPulse(Pulse::connections));
        registry.gauge("sluice_db_connections_busy", () -> ofPulse(Pulse::busyConnections));
        registry.gauge("sluice_db_connections_max", probe::poolMax);
    }

    private void queue() {
        registry.gauge(
                "sluice_queue_oldest_due_seconds",
                () -> seconds(figures.oldestDue().orElse(null)));
        registry.gauge("sluice_queue_figures_age_seconds", () -> figures.age().toMillis() / MILLIS);
        registry.gauge(
                "sluice_nodes",
                () -> figures.present().map(present -> present.nodes().size()).orElse(0));
        registry.gauge("sluice_job_run_seconds_p50", () -> ofLastHour(Jobs.LastHour::p50));
        registry.gauge("sluice_job_run_seconds_p95", () -> ofLastHour(Jobs.LastHour::p95));
        registry.gauge("sluice_job_run_seconds_p99", () -> ofLastHour(Jobs.LastHour::p99));
    }

    private double ofLastHour(Function<Jobs.LastHour, @Nullable Duration> percentile) {
        return seconds(figures.stats()
                .map(Jobs.Stats::lastHour)
                .flatMap(hour -> Optional.ofNullable(percentile.apply(hour)))
                .orElse(null));
    }

    /** Absent readings are NaN, which Prometheus keeps apart from 0. */
    private static double seconds(@Nullable Duration duration) {
        return duration == null ? Double.NaN : duration.toMillis() / MILLIS;
    }

    private double ofPulse(Function<Pulse, Number> figure) {
        return figures.pulse().map(figure).map(Number::doubleValue).orElse(Double.NaN);
    }
}
