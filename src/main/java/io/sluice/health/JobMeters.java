package io.sluice.health;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.WorkerStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** Jobs in {@code /metrics}: those of the whole cluster by type and status, and the attempts that this node ended. */
@ApplicationScoped
public class JobMeters {
    @Inject
    MetricRegistry registry;

    @Inject
    WorkerStatus worker;

    @Inject
    QueueFigures figures;

    private final Map<String, AtomicLong> jobs = new ConcurrentHashMap<>();
    private final Map<String, Double> seconds = new ConcurrentHashMap<>();
    private final Map<String, Long> counted = new HashMap<>();

    /** Adds to the counters what ended since the last call. Called by one thread at a time. */
    void countWhatEnded() {
        for (WorkerStatus.Ended each : worker.ended()) {
            Tag[] tags = {new Tag("type", each.type()), new Tag("outcome", each.outcome())};
            String key = each.type() + " " + each.outcome();
            long before = counted.getOrDefault(key, 0L);
            registry.counter("sluice_job_attempts", tags).inc(each.attempts() - before);
            counted.put(key, each.attempts());
            if (seconds.put(key, each.seconds()) == null) {
                registry.gauge("sluice_job_run_seconds_sum", () -> seconds.get(key), tags);
            }
        }
    }

    /** Shows the last reading of the queue; a type that has no job in a status any more shows 0. */
    void showQueue() {
        Map<String, Long> now = new HashMap<>();
        for (Jobs.Count each : figures.stats().map(Jobs.Stats::counts).orElseThrow()) {
            for (JobStatus status : JobStatus.values()) {
                now.putIfAbsent(key(each.type(), status), 0L);
            }
            now.put(key(each.type(), each.status()), each.jobs());
        }
        jobs.forEach((key, value) -> value.set(now.getOrDefault(key, 0L)));
        now.forEach(this::show);
    }

    private void show(String key, long count) {
        AtomicLong shown = jobs.get(key);
        if (shown == null) {
            AtomicLong added = new AtomicLong(count);
            jobs.put(key, added);
            String[] typeAndStatus = key.split(" ", 2);
            registry.gauge(
                    "sluice_jobs", added::get, new Tag("type", typeAndStatus[0]), new Tag("status", typeAndStatus[1]));
        } else {
            shown.set(count);
        }
    }

    /** A type holds no space. */
    private static String key(String type, JobStatus status) {
        return type + " " + status.name().toLowerCase(Locale.ROOT);
    }
}
