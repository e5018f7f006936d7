package io.sluice.backups.retention;

import io.sluice.backups.BackupCounters;
import io.sluice.backups.BackupStore;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes archives that have expired, and what deleted, failed and interrupted backups left in the store. Each archive
 * first, then the note of it: a crash in between means that nothing is removed twice over. What the store refuses stays
 * noted and is tried again in the next attempt, behind whatever the store has not refused yet.
 */
@ApplicationScoped
@HandlesJob(
        value = "cleanup_expired_backups",
        description = "Removes expired backups from the store; their rows stay.",
        timeout = "PT30M",
        backoff = "PT10S",
        backoffCap = "PT5M")
public class CleanupExpiredBackupsJob implements JobHandler<CleanupExpiredBackups> {
    private static final EventLog LOG = EventLog.of(CleanupExpiredBackupsJob.class);
    private static final int MOST = 1000;

    /** No page is begun later than this in an attempt; what is left waits for the next run. */
    private static final Duration LONGEST = Duration.ofMinutes(20);

    @Inject
    Removals removals;

    @Inject
    BackupStore store;

    @Inject
    BackupCounters counters;

    @Override
    public JobOutcome handle(CleanupExpiredBackups asked, JobContext context) throws InterruptedException {
        Removals.Backlog backlog = removals.backlog(asked.projectId());
        if (Boolean.TRUE.equals(asked.dryRun())) {
            return JobOutcome.completed(result(0, backlog.archives()));
        }
        removals.closeAbandoned();
        Run run = new Run(context, backlog.archives());
        int most = asked.batchSize() == null ? MOST : asked.batchSize();
        List<Removals.Removal> page;
        long before;
        do {
            page = removals.due(asked.projectId(), backlog.since(), most);
            before = run.removed;
            for (Removals.Removal each : page) {
                remove(each, run);
            }
            // A store that refused a whole page is left alone until the next attempt.
        } while (page.size() == most && run.removed > before && !run.isLong());
        LOG.info("backup clean-up completed", "removed", run.removed, "failed", run.refused);
        return run.refused == 0
                ? JobOutcome.completed(result(run.removed, 0))
                : new JobOutcome.Retry(run.refused + " archives could not be removed, " + run.removed
                        + " were; the first: " + run.firstError);
    }

    private void remove(Removals.Removal removal, Run run) throws InterruptedException {
        if (run.context.cancelled()) {
            throw new InterruptedException("The clean-up was asked to stop.");
        }
        try {
            store.discard(removal.object());
            removals.removed(removal, run.context);
            counters.removed();
            run.removed++;
        } catch (IOException refused) {
            String error = String.valueOf(refused.getMessage());
            removals.refused(removal, error, run.context);
            run.refused++;
            run.firstError = run.firstError == null ? error : run.firstError;
        }
        run.tellProgress();
    }

    private static Map<String, Object> result(long removed, long skipped) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("removed", removed);
        result.put("failed", 0);
        result.put("skipped", skipped);
        return result;
    }

    /** What one attempt has done so far. */
    private static final class Run {
        private final JobContext context;
        private final long archives;
        private final long begun = System.nanoTime();
        private long removed;
        private long refused;
        private @Nullable String firstError;

        private Run(JobContext context, long archives) {
            this.context = context;
            this.archives = archives;
        }

        private void tellProgress() {
            long percent = (removed + refused) * 100 / Math.max(archives, removed + refused);
            context.progress((int) percent, removed + " archives removed");
        }

        private boolean isLong() {
            return System.nanoTime() - begun > LONGEST.toNanos();
        }
    }
}
