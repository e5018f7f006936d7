package io.sluice.webhooks.delivery;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import io.sluice.outbound.OutboundAnswer;
import io.sluice.outbound.OutboundClient;
import io.sluice.startup.Version;
import io.sluice.webhooks.DeliveryQueue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes one try of one delivery. Holds no connection and no transaction while it waits for the receiver. What follows
 * from the answer, the next try included, commits together with the end of the job; a crash before that makes the try
 * again under the same id.
 */
@ApplicationScoped
@HandlesJob(
        value = DeliveryQueue.JOB_TYPE,
        description = "Makes one try to deliver one event to one webhook.",
        maxAttempts = 10,
        backoff = "PT5S",
        backoffCap = "PT5M",
        timeout = "PT60S",
        ownSlots = DeliverWebhookJob.SLOTS,
        announceFailure = false)
public class DeliverWebhookJob implements JobHandler<DeliverWebhook> {
    /** Two for each of a hundred receivers that hang at the same time for the first time, and some for the others. */
    static final int SLOTS = 256;

    private static final EventLog LOG = EventLog.of(DeliverWebhookJob.class);
    private static final String AGENT = "Sluice/" + Version.current();

    @Inject
    Tries tries;

    @Inject
    OutboundClient client;

    @Inject
    DeliveryCounters counters;

    @Override
    public JobOutcome handle(DeliverWebhook payload, JobContext context) {
        Tries.Start start = tries.start(payload);
        if (start.message() == null) {
            context.inCompletion();
            tries.setAside(payload, start);
            counters.ended(start.ending(), Duration.ZERO);
            return JobOutcome.completed(Map.of("outcome", start.ending().word()));
        }
        Message message = start.message();
        OutboundAnswer answer =
                client.post(message.url(), headers(message), message.body().getBytes(StandardCharsets.UTF_8));
        context.inCompletion();
        Ending ending = tries.record(payload, message, answer, context.jobId());
        counters.ended(ending, answer.duration());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("outcome", ending.word());
        result.put("http_status", answer.status());
        result.put("failure", answer.failure());
        LOG.info(
                "webhook tried",
                "webhook_id",
                message.webhookId(),
                "delivery_id",
                payload.deliveryId(),
                "attempt",
                payload.attempt(),
                "outcome",
                ending.word(),
                "http_status",
                answer.status(),
                "failure",
                result.get("failure"),
                "duration_ms",
                answer.duration().toMillis());
        return JobOutcome.completed(result);
    }

    private static Map<String, String> headers(Message message) {
        long timestamp = message.at().getEpochSecond();
        String id = message.deliveryId().toString();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("User-Agent", AGENT);
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", Long.toString(timestamp));
        headers.put("webhook-signature", Signature.of(message.secrets(), id, timestamp, message.body()));
        if (message.requestId() != null) {
            headers.put("X-Request-Id", message.requestId());
        }
        return headers;
    }
}
