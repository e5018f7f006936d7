package io.sluice.secrets.resealing;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import io.sluice.secrets.SealedColumn;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.TreeMap;

/**
 * Seals anew what is sealed under another master key than the current one, some rows at a time: a crash leaves whole
 * batches, and the next run goes on with the rest. While both keys are set, each value can be opened at any moment.
 */
@ApplicationScoped
@HandlesJob(
        value = "reseal_secrets",
        description = "Seals anew what is sealed under another master key than the current one.",
        timeout = "PT30M")
public class ResealSecretsJob implements JobHandler<ResealSecrets> {
    private static final EventLog LOG = EventLog.of(ResealSecretsJob.class);

    @Inject
    Reseals reseals;

    @Override
    public JobOutcome handle(ResealSecrets all, JobContext context) throws InterruptedException {
        Map<String, Integer> resealed = new TreeMap<>();
        int unreadable = 0;
        for (SealedColumn column : reseals.columns()) {
            int sum = 0;
            Reseals.Batch batch = new Reseals.Batch(0, 0, "", false);
            while (!batch.last()) {
                if (context.cancelled() || Thread.interrupted()) {
                    throw new InterruptedException("Asked to stop.");
                }
                batch = reseals.some(column, batch.after(), context);
                sum += batch.resealed();
                unreadable += batch.unreadable();
            }
            if (sum > 0) {
                resealed.put(column.table(), sum);
                LOG.info("secrets resealed", "table", column.table(), "values", sum);
            }
        }
        if (unreadable > 0) {
            LOG.warning("sealed secrets cannot be opened with this node's master keys", "values", unreadable);
        }
        return JobOutcome.completed(Map.of("resealed", resealed, "unreadable", unreadable));
    }
}
