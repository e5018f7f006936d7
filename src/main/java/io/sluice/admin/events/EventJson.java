package io.sluice.admin.events;

import io.sluice.events.Event;
import io.sluice.json.Json;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as the stream carries it.
 *
 * @param projectId whose event it is; null: it concerns the whole installation
 * @param data what events of its type carry, as {@code GET /v1/event-types} describes it
 */
public record EventJson(
        UUID id,
        String type,
        Instant timestamp,
        @Nullable String projectId,
        @Nullable String requestId,
        Map<String, Object> data) {

    static EventJson of(Event event) {
        return new EventJson(
                event.id(), event.type(), event.occurredAt(), event.projectId(), event.requestId(), event.data());
    }

    /** On one line. */
    String text() {
        return Json.write(this);
    }
}
