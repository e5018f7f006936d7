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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Removes archives that have expired, and what deleted, failed and interrupted backups left in the store. Each archive
 * first, then the note of it: a crash in between means that nothing is removed twice over. What the store refuses stays
 * noted and is tried again, behind whatever the store has not refused yet.
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

    @Inject
    Removals removals;

    @Inject
    BackupStore store;

    @Inject
    BackupCounters counters;

    @Override
    public JobOutcome handle(CleanupExpiredBackups asked, JobContext context) throws InterruptedException {
        int most = asked.batchSize() == null ? MOST : asked.batchSize();
        List<Removals.Removal> due = removals.due(asked.projectId(), most);
        if (Boolean.TRUE.equals(asked.dryRun())) {
            return JobOutcome.completed(result(0, List.of(), due.size()));
        }
        removals.closeAbandoned();
        int removed = 0;
        List<Map<String, Object>> errors = new ArrayList<>();
        for (Removals.Removal each : due) {
            if (context.cancelled()) {
                throw new InterruptedException("The clean-up was asked to stop.");
            }
            try {
                store.discard(each.object());
                removals.removed(each, context);
                counters.removed();
                removed++;
            } catch (IOException refused) {
                removals.refused(each, String.valueOf(refused.getMessage()), context);
                errors.add(Map.of(
                        "backup_id", each.backupId(),
                        "project_id", each.projectId(),
                        "error", String.valueOf(refused.getMessage())));
            }
            context.progress((removed + errors.size()) * 100 / due.size(), removed + " archives removed");
        }
        LOG.info("backup clean-up completed", "removed", removed, "failed", errors.size());
        return errors.isEmpty()
                ? JobOutcome.completed(result(removed, errors, 0))
                : new JobOutcome.Retry(errors.size() + " archives could not be removed, " + removed
                        + " were; the first: " + errors.get(0).get("error"));
    }

    private static Map<String, Object> result(int removed, List<Map<String, Object>> errors, int skipped) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("removed", removed);
        result.put("failed", errors.size());
        result.put("skipped", skipped);
        return result;
    }
}
