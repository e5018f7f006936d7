package io.sluice.webhooks.delivery;

import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.events.Events;
import io.sluice.logging.EventLog;
import io.sluice.outbound.OutboundAnswer;
import io.sluice.webhooks.DeliveryQueue;
import io.sluice.webhooks.WebhookEvents;
import io.sluice.webhooks.WebhookSecrets;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What stands in the database before a try, and what follows from its answer. */
@ApplicationScoped
public class Tries {
    private static final EventLog LOG = EventLog.of(Tries.class);

    @Inject
    TryRepository repository;

    @Inject
    WebhookSecrets secrets;

    @Inject
    DeliveryQueue queue;

    @Inject
    Events events;

    @Inject
    AuditLog audit;

    /**
     * Whether the try is to be made.
     *
     * @param message what to send; null: nothing, and {@code ending} says why
     */
    record Start(
            @Nullable Message message,
            Ending ending,
            @Nullable Place place) {}

    /** Where a delivery belongs. */
    record Place(UUID webhookId, @Nullable String owner) {}

    /** Reads what to send, in a short transaction of its own. */
    @Transactional
    Start start(DeliverWebhook payload) {
        TryRepository.Found found = repository.find(payload.deliveryId()).orElse(null);
        if (found == null || found.attempts() + 1 != payload.attempt()) {
            return new Start(null, Ending.SUPERSEDED, null);
        }
        Message message = found.message();
        Place place = new Place(message.webhookId(), message.owner());
        boolean due = payload.isProbe() ? found.isProbed() : found.status().equals("pending");
        if (!due) {
            return new Start(null, Ending.SUPERSEDED, place);
        }
        if (!payload.isProbe() && !message.test() && found.disabled()) {
            return new Start(null, Ending.SKIPPED, place);
        }
        if (!payload.isProbe() && !message.test() && found.failing() && !payload.isFailing()) {
            return new Start(null, Ending.POSTPONED, place);
        }
        return new Start(message.withSecrets(secrets.signing(message.webhookId())), Ending.SUPERSEDED, place);
    }

    /** Writes, in the transaction that ends the job, what follows from a try that is not made. */
    @Transactional(TxType.MANDATORY)
    void setAside(DeliverWebhook payload, Start start) {
        Place place = start.place();
        if (start.ending() == Ending.SKIPPED) {
            repository.skip(payload.deliveryId());
        } else if (start.ending() == Ending.POSTPONED && place != null) {
            queue.enqueue(List.of(new DeliveryQueue.Try(
                    payload.deliveryId(),
                    place.webhookId(),
                    place.owner(),
                    payload.attempt(),
                    "failing",
                    false,
                    Duration.ZERO)));
        }
    }

    /**
     * Writes, in the transaction that ends the job, the try and what follows from it: the end of the delivery or its next
     * try, the receiver's standing, and whether its webhook is disabled or enabled.
     */
    @Transactional(TxType.MANDATORY)
    Ending record(DeliverWebhook payload, Message message, OutboundAnswer answer, UUID jobId) {
        if (!repository.lockWebhook(message.webhookId())) {
            return Ending.SUPERSEDED;
        }
        Verdict verdict = Verdict.of(answer);
        int tries = message.tries() + 1;
        Ending ending = verdict == Verdict.DELIVERED
                ? Ending.DELIVERED
                : verdict == Verdict.AGAIN && tries < message.mostTries() && !payload.isProbe()
                        ? Ending.RETRIED
                        : Ending.FAILED;
        Duration wait = ending == Ending.RETRIED
                ? Schedule.wait(
                        tries,
                        ThreadLocalRandom.current().nextDouble(),
                        answer.retryAfter(),
                        message.at().plus(answer.duration()))
                : null;
        if (!repository.end(payload, ending, wait)) {
            return Ending.SUPERSEDED;
        }
        repository.insertAttempt(payload, message, answer, jobId);
        if (wait != null) {
            queue.enqueue(List.of(next(payload, message, wait, false)));
        }
        if (!message.test()) {
            judge(payload, message, verdict, ending);
        }
        return ending;
    }

    private void judge(DeliverWebhook payload, Message message, Verdict verdict, Ending ending) {
        if (ending == Ending.DELIVERED) {
            if (repository.well(message.webhookId())) {
                audit.record(new NewAuditEntry(
                        "webhook.enabled",
                        "webhook",
                        message.webhookId().toString(),
                        message.owner(),
                        Map.of("enabled", false),
                        Map.of("enabled", true, "cause", "its receiver is well again")));
                LOG.info("webhook well again", "webhook_id", message.webhookId());
            }
        } else if (ending == Ending.RETRIED) {
            repository.failing(message.webhookId());
        } else if (payload.isProbe()) {
            probed(payload, message, verdict);
        } else {
            int failures = repository.exhausted(message.webhookId(), verdict == Verdict.AGAIN);
            if (verdict == Verdict.GONE) {
                disable(payload, message, "gone", failures);
            } else if (failures >= Schedule.EXHAUSTED) {
                disable(payload, message, "exhausted", failures);
            }
        }
    }

    private void disable(DeliverWebhook payload, Message message, String reason, int failures) {
        Duration probe = reason.equals("exhausted") ? Schedule.probe(0) : null;
        if (!repository.disable(message.webhookId(), reason, probe)) {
            return;
        }
        if (probe != null) {
            queue.enqueue(List.of(next(payload, message, probe, true)));
        }
        audit.record(new NewAuditEntry(
                "webhook.disabled",
                "webhook",
                message.webhookId().toString(),
                message.owner(),
                Map.of("enabled", true),
                Map.of("enabled", false, "disabled_reason", reason)));
        events.publish(WebhookEvents.DISABLED.of(
                message.owner(), new WebhookEvents.Disabled(message.webhookId(), reason, failures)));
        LOG.warning("webhook disabled", "webhook_id", message.webhookId(), "reason", reason);
    }

    /** A look at the receiver of a disabled webhook found it unwell: the next look, or none any more. */
    private void probed(DeliverWebhook payload, Message message, Verdict verdict) {
        int probes = repository.probed(message.webhookId());
        Duration wait = verdict == Verdict.GONE ? null : Schedule.probe(probes);
        repository.probeIn(message.webhookId(), wait);
        if (wait != null) {
            queue.enqueue(List.of(next(payload, message, wait, true)));
        }
    }

    private static DeliveryQueue.Try next(DeliverWebhook payload, Message message, Duration wait, boolean probe) {
        return new DeliveryQueue.Try(
                message.deliveryId(),
                message.webhookId(),
                message.owner(),
                payload.attempt() + 1,
                "failing",
                probe,
                wait);
    }
}
