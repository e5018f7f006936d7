package io.sluice.webhooks;

import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts tries of deliveries into the job queue, one job each, in the caller's transaction. A receiver takes few slots at
 * once, and all that fail share some, so that those that answer never wait for those that don't.
 */
@ApplicationScoped
public class DeliveryQueue {
    /** The job type that makes one try. */
    public static final String JOB_TYPE = "deliver_webhook";

    /** Most calls of one receiver at once, on all nodes together; of one that fails, it shares them with others. */
    private static final int AT_ONCE = 2;

    private static final int LANES = 16;

    /** Receivers that are known to answer are called first, those that fail last. */
    private static final Map<String, Integer> PRIORITIES = Map.of("good", 2, "new", 1, "failing", 0);

    @Inject
    JobQueue queue;

    /**
     * One try to be made.
     *
     * @param projectId whose webhook it is; null: the installation's
     * @param attempt the number that the try will have
     * @param standing what the last try says about the receiver: {@code new, good} or {@code failing}
     * @param probe whether it is a look whether the receiver of a disabled webhook is well again
     * @param delay from now
     */
    public record Try(
            UUID deliveryId,
            UUID webhookId,
            @Nullable String projectId,
            int attempt,
            String standing,
            boolean probe,
            Duration delay) {
        boolean failing() {
            return standing.equals("failing");
        }
    }

    /** Enqueues any number of tries; set-based. */
    public void enqueue(List<Try> tries) {
        queue.enqueueAll(tries.stream().map(DeliveryQueue::job).toList());
    }

    private static NewJob job(Try each) {
        Map<String, Object> payload = Map.of(
                "delivery_id", each.deliveryId(),
                "attempt", each.attempt(),
                "failing", each.failing(),
                "probe", each.probe());
        int priority = PRIORITIES.getOrDefault(each.standing(), 0);
        NewJob job = NewJob.of(JOB_TYPE, payload)
                .withPriority(priority)
                .withProject(each.projectId())
                .withConcurrencyKey(each.failing() ? lane(each.webhookId()) : "webhook:" + each.webhookId(), AT_ONCE);
        return each.delay().isZero() ? job : job.withDelay(each.delay());
    }

    /** Receivers that fail share lanes, so that all of them together hold {@code LANES * AT_ONCE} slots at most. */
    private static String lane(UUID webhookId) {
        return "webhooks-failing:" + Math.floorMod(webhookId.hashCode(), LANES);
    }
}
