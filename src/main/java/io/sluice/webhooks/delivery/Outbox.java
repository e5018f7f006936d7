package io.sluice.webhooks.delivery;

import io.sluice.events.Event;
import io.sluice.events.EventsPublished;
import io.sluice.json.Json;
import io.sluice.webhooks.DeliveryQueue;
import io.sluice.webhooks.EventFilter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns events into deliveries and their first tries, in the transaction that publishes the events: a rollback leaves
 * nothing to send, a commit nothing to lose. Any number of events takes the same few statements.
 */
@ApplicationScoped
public class Outbox {
    @Inject
    OutboxRepository repository;

    @Inject
    DeliveryQueue queue;

    void onEvents(@Observes EventsPublished published) {
        if (repository.anybodyListens()) {
            queue.enqueue(repository.insert(
                    published.events().stream().map(Outbox::message).toList()));
        }
    }

    private static OutboxRepository.Message message(Event event) {
        Map<String, Object> data = new LinkedHashMap<>();
        if (event.projectId() != null) {
            data.put("project_id", event.projectId());
        }
        data.putAll(event.data());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", event.type());
        body.put("timestamp", event.occurredAt());
        body.put("data", data);
        return new OutboxRepository.Message(
                event.id(),
                event.type(),
                event.projectId(),
                event.requestId(),
                EventFilter.patternsOf(event.type()),
                Json.write(body));
    }
}
