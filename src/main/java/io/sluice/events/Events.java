package io.sluice.events;

import io.sluice.audit.Actor;
import io.sluice.json.Json;
import io.sluice.json.JsonSchemas;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Publishes events, and knows the catalogue of their kinds. */
@ApplicationScoped
public class Events {
    @Inject
    @Any
    Instance<EventSource> sources;

    @Inject
    EventRepository repository;

    @Inject
    NewsOfEvents news;

    @Inject
    jakarta.enterprise.event.Event<EventsPublished> published;

    /** Publishes one event; see {@link #publish(List)}. */
    @Transactional(TxType.MANDATORY)
    public void publish(NewEvent happened) {
        publish(List.of(happened));
    }

    /**
     * Writes events in the caller's transaction, which must exist, and lets observers write what follows from them in
     * the same transaction: all of it stays or goes with the change that the events tell of. Any number, one statement.
     */
    @Transactional(TxType.MANDATORY)
    public void publish(List<NewEvent> happened) {
        if (happened.isEmpty()) {
            return;
        }
        String requestId = Actor.current().requestId();
        List<Map<String, Object>> data = happened.stream()
                .map(each -> Json.readObject(Json.write(each.data())))
                .toList();
        List<StoredEvent> stored = repository.insert(happened, requestId);
        List<Event> events = new ArrayList<>(happened.size());
        for (int i = 0; i < happened.size(); i++) {
            NewEvent each = happened.get(i);
            StoredEvent row = stored.get(i);
            events.add(new Event(
                    row.id(), each.type().name(), each.projectId(), row.occurredAt(), data.get(i), requestId));
        }
        news.published();
        published.fire(new EventsPublished(List.copyOf(events)));
    }

    /** Every kind of event, by name. */
    public List<EventType<?>> types() {
        List<EventType<?>> types = new ArrayList<>();
        sources.handles().forEach(source -> types.addAll(source.get().types()));
        types.sort(Comparator.comparing(EventType::name));
        return types;
    }

    /** The JSON Schema of what events of a kind carry. */
    public Map<String, Object> schema(EventType<?> type) {
        return JsonSchemas.of(type.data());
    }
}
