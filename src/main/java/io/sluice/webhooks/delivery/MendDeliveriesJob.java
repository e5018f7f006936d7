package io.sluice.webhooks.delivery;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import io.sluice.webhooks.DeliveryQueue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/**
 * Finds deliveries whose job is gone: cancelled by hand, parked because every node died of it, or failed because no node
 * could open the secret. They would wait for ever, and nobody could send them again.
 */
@ApplicationScoped
@HandlesJob(
        value = "mend_deliveries",
        description = "Gives up deliveries that no job carries any more, and looks again at disabled webhooks.")
public class MendDeliveriesJob implements JobHandler<MendDeliveriesJob.Payload> {
    private static final EventLog LOG = EventLog.of(MendDeliveriesJob.class);

    @Inject
    StrandedRepository stranded;

    @Inject
    DeliveryQueue queue;

    /** Nothing needs to be said. */
    public record Payload() {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        context.inCompletion();
        int givenUp = stranded.giveUp();
        List<DeliveryQueue.Try> probes = stranded.probes();
        queue.enqueue(probes);
        if (givenUp > 0 || !probes.isEmpty()) {
            LOG.warning("deliveries without a job mended", "given_up", givenUp, "probes", probes.size());
        }
        return JobOutcome.completed(Map.of("given_up", givenUp, "probes", probes.size()));
    }
}
