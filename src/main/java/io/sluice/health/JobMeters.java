package io.sluice.health;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.WorkerStatus;
import io.sluice.jobs.WorkerStatus.Ended;
import io.sluice.jobs.WorkerStatus.Within;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
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

    /** What the gauges of one type and outcome show. */
    private static final class Shown {
        private volatile Ended last;

        Shown(Ended first) {
            last = first;
        }
    }

    private final Map<String, AtomicLong> jobs = new ConcurrentHashMap<>();
    private final Map<String, Shown> ended = new HashMap<>();

    /** Adds to the counters what ended since the last call. Called by one thread at a time. */
    void countWhatEnded() {
        for (Ended each : worker.ended()) {
            Tag[] tags = {new Tag("type", each.type()), new Tag("outcome", each.outcome())};
            Shown shown = ended.get(each.type() + " " + each.outcome());
            if (shown == null) {
                shown = new Shown(each);
                ended.put(each.type() + " " + each.outcome(), shown);
                registry.counter("sluice_job_attempts", tags).inc(each.attempts());
                showRunTimes(shown, tags);
            } else {
                registry.counter("sluice_job_attempts", tags).inc(each.attempts() - shown.last.attempts());
                shown.last = each;
            }
        }
    }

    /**
     * A histogram, made of gauges: the server's own ones count a sample in their buckets, so that these can shrink, and
     * cost each attempt more than its own figures.
     */
    private void showRunTimes(Shown shown, Tag... tags) {
        registry.gauge("sluice_job_run_seconds_sum", () -> shown.last.seconds(), tags);
        registry.gauge("sluice_job_run_seconds_count", () -> shown.last.attempts(), tags);
        List<Within> within = shown.last.within();
        for (int i = 0; i < within.size(); i++) {
            int place = i;
            double seconds = within.get(i).seconds();
            Tag[] andLongest = Arrays.copyOf(tags, tags.length + 1);
            andLongest[tags.length] = new Tag("le", Double.isInfinite(seconds) ? "+Inf" : String.valueOf(seconds));
            registry.gauge(
                    "sluice_job_run_seconds_bucket",
                    () -> shown.last.within().get(place).attempts(),
                    andLongest);
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
