package io.sluice.retention.purge;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Removes what is old enough. A kind that fails does not keep the others from being done; the attempt then fails, and the
 * next one finds only what is left.
 */
@ApplicationScoped
@HandlesJob(
        value = "purge",
        description = "Removes what is older than it is kept; a dry run only counts.",
        timeout = "PT1H",
        backoff = "PT1M",
        backoffCap = "PT10M")
public class PurgeJob implements JobHandler<Purge> {
    private static final EventLog LOG = EventLog.of(PurgeJob.class);

    @Inject
    Kinds kinds;

    @Inject
    PurgeCounters counters;

    @Override
    public JobOutcome handle(Purge purge, JobContext context) throws InterruptedException {
        long begun = System.nanoTime();
        Map<String, Object> results = new LinkedHashMap<>();
        List<String> failed = new ArrayList<>();
        long total = 0;
        List<Retention> wanted =
                kinds.all().stream().filter(kind -> purge.wants(kind.kind())).toList();
        if (purge.kinds() != null
                && wanted.size() < purge.kinds().stream().distinct().count()) {
            return new JobOutcome.Failed("There is a kind among " + purge.kinds() + " that nothing here is of.");
        }
        for (Retention kind : wanted) {
            try {
                long rows = purge.isDryRun() ? kinds.count(kind) : delete(kind, context);
                total += rows;
                results.put(
                        kind.kind(),
                        Map.of("rows", rows, "kept_for", kind.keptFor().toString()));
            } catch (RuntimeException failure) {
                LOG.warning("old rows could not be purged", "kind", kind.kind(), "error", failure);
                failed.add(kind.kind());
            }
            context.progress(100 * (results.size() + failed.size()) / wanted.size(), kind.kind());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        LOG.info("purge completed", "dry_run", purge.isDryRun(), "rows", total, "duration_ms", took.toMillis());
        if (!failed.isEmpty()) {
            return new JobOutcome.Retry("Could not purge " + String.join(", ", failed) + ".");
        }
        return JobOutcome.completed(Map.of(
                "dry_run", purge.isDryRun(), "rows_total", total, "duration_ms", took.toMillis(), "kinds", results));
    }

    private long delete(Retention kind, JobContext context) throws InterruptedException {
        long total = 0;
        long deleted;
        do {
            if (context.cancelled() || Thread.interrupted()) {
                throw new InterruptedException("Asked to stop.");
            }
            deleted = kinds.deleteSome(kind, context);
            counters.purged(kind.kind(), deleted);
            total += deleted;
        } while (deleted >= kind.mostAtOnce());
        if (total > 0) {
            LOG.info("old rows purged", "kind", kind.kind(), "rows", total);
        }
        return total;
    }
}
