package io.sluice.keys.work;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.keys.ApiKeys;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;

/**
 * Tells of the keys whose time is over, page by page, each page in a transaction of its own: a crash or a cancellation
 * leaves whole pages, and the next run goes on with the rest. Keys are refused from the end of their time on whether this
 * runs or not.
 */
@ApplicationScoped
@HandlesJob(
        value = "expire_keys",
        description = "Tells of keys whose time is over, and forgets secrets that nobody fetched.")
public class ExpireKeysJob implements JobHandler<ExpireKeys> {
    private static final EventLog LOG = EventLog.of(ExpireKeysJob.class);

    @Inject
    ApiKeys keys;

    @Override
    public JobOutcome handle(ExpireKeys all, JobContext context) throws InterruptedException {
        long expired = 0;
        long forgotten = 0;
        boolean last = false;
        while (!last) {
            if (context.cancelled() || Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("The look for ended keys was asked to stop.");
            }
            ApiKeys.Expired page = keys.expire(context::requireOwnership);
            expired += page.keys();
            forgotten += page.secretsForgotten();
            last = page.last();
            context.progress(last ? 100 : 50, expired + " keys have ended");
        }
        LOG.info("keys expired", "keys", expired, "secrets_forgotten", forgotten);
        return JobOutcome.completed(Map.of("keys_expired", expired, "secrets_forgotten", forgotten));
    }
}
