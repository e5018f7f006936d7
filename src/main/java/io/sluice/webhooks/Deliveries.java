package io.sluice.webhooks;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.json.Json;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What webhooks were sent, and sending it again. */
@ApplicationScoped
public class Deliveries {
    private static final EventLog LOG = EventLog.of(Deliveries.class);

    /** Most deliveries of one range; the caller asks again for more. */
    public static final int LARGEST_RANGE = 10_000;

    @Inject
    DeliveryRepository deliveries;

    @Inject
    WebhookRepository webhooks;

    @Inject
    DeliveryQueue queue;

    @Inject
    AuditLog audit;

    /**
     * Which deliveries of a webhook; null leaves a condition out.
     *
     * @param from first creation instant included
     * @param to first creation instant excluded
     */
    public record Query(
            UUID webhookId,
            @Nullable String status,
            @Nullable String eventType,
            @Nullable Instant from,
            @Nullable Instant to) {}

    /**
     * What a range did.
     *
     * @param more whether the range holds more than were taken: ask again
     */
    public record Range(int count, boolean more) {}

    /** What the nodes' tries came to since the start of this one. */
    public interface Totals {
        /** Tries by how they ended: {@code delivered, retried, failed, skipped}; those that were not sent included. */
        Map<String, Long> tries();

        /** How long the calls took together. */
        Duration calling();
    }

    /**
     * What stands in the database.
     *
     * @param pending deliveries on their way
     * @param disabled webhooks that were disabled for what their receivers did
     */
    public record Figures(long pending, long disabled) {}

    /** Counts what stands in the database, in a transaction of its own where there is none. */
    @Transactional
    public Figures figures() {
        return deliveries.figures();
    }

    /** One delivery. */
    @Transactional
    public Delivery get(UUID id) {
        return deliveries.find(id).orElseThrow(() -> new NotFoundException("delivery", id.toString()));
    }

    /** Lists deliveries, newest first. */
    @Transactional
    public Page<Delivery> list(Query query, int limit, @Nullable String cursor) {
        return deliveries.list(query, limit, cursor);
    }

    /** The tries of these deliveries that have ended, oldest first. */
    @Transactional
    public List<DeliveryAttempt> attempts(List<UUID> deliveryIds) {
        return deliveries.attempts(deliveryIds);
    }

    /**
     * Sends one that was delivered, given up or skipped once more, under the same id and with a new round of tries.
     *
     * @throws ConflictException if it is on its way, or its webhook is disabled
     */
    @Transactional
    public Delivery redeliver(UUID id) {
        Delivery delivery = get(id);
        requireEnabled(delivery.webhookId());
        List<DeliveryQueue.Try> again = deliveries.restart(List.of(id));
        if (again.isEmpty()) {
            throw new ConflictException("The delivery '" + id + "' is on its way already.");
        }
        queue.enqueue(again);
        audit.record(new NewAuditEntry(
                "delivery.redelivered",
                "delivery",
                id.toString(),
                delivery.projectId(),
                null,
                Map.of("webhook_id", delivery.webhookId())));
        return deliveries.reread(delivery);
    }

    /**
     * Sends those once more that were made in a range of time and ended so, the oldest first, at most
     * {@value #LARGEST_RANGE}.
     *
     * @param statuses some of {@code delivered}, {@code failed} and {@code skipped}
     * @throws ConflictException if the webhook is disabled
     */
    @Transactional
    public Range redeliver(UUID webhookId, Instant from, @Nullable Instant to, List<String> statuses) {
        if (to != null && !from.isBefore(to)) {
            throw new InvalidInputException("to", "must be later than from.");
        }
        Webhook webhook = requireEnabled(webhookId);
        List<UUID> ids = deliveries.ended(webhookId, from, to, statuses, LARGEST_RANGE + 1);
        boolean more = ids.size() > LARGEST_RANGE;
        List<DeliveryQueue.Try> again = deliveries.restart(more ? ids.subList(0, LARGEST_RANGE) : ids);
        queue.enqueue(again);
        Map<String, Object> range = new LinkedHashMap<>();
        range.put("from", from);
        range.put("to", to);
        range.put("statuses", statuses);
        range.put("count", again.size());
        audit.record(new NewAuditEntry(
                "webhook.redelivered", "webhook", webhookId.toString(), webhook.projectId(), null, range));
        LOG.info("webhook range redelivered", "webhook_id", webhookId, "count", again.size());
        return new Range(again.size(), more);
    }

    /**
     * Sends a message of the type {@value WebhookEvents#TEST}, once and whether or not the webhook is enabled. Counts
     * neither for nor against it, and is no event.
     */
    @Transactional
    public Delivery test(UUID webhookId) {
        Webhook webhook =
                webhooks.find(webhookId).orElseThrow(() -> new NotFoundException("webhook", webhookId.toString()));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", WebhookEvents.TEST);
        body.put("timestamp", deliveries.now());
        body.put("data", Map.of("webhook_id", webhookId));
        Delivery made = deliveries.insertTest(webhook, Json.write(body));
        queue.enqueue(List.of(
                new DeliveryQueue.Try(made.id(), webhookId, webhook.projectId(), 1, "new", false, Duration.ZERO)));
        audit.record(new NewAuditEntry(
                "webhook.tested",
                "webhook",
                webhookId.toString(),
                webhook.projectId(),
                null,
                Map.of("delivery_id", made.id())));
        return made;
    }

    private Webhook requireEnabled(UUID webhookId) {
        Webhook webhook =
                webhooks.lock(webhookId).orElseThrow(() -> new NotFoundException("webhook", webhookId.toString()));
        if (!webhook.enabled()) {
            throw new ConflictException("The webhook '" + webhookId + "' is disabled; enable it first.");
        }
        return webhook;
    }
}
