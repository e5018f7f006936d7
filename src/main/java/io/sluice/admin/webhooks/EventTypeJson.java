package io.sluice.admin.webhooks;

import io.sluice.events.EventType;
import io.sluice.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A kind of event as the catalogue shows it.
 *
 * @param schema JSON Schema of {@code data} in a message
 * @param example a {@code data} that fits it
 */
public record EventTypeJson(String name, String description, Map<String, Object> schema, Map<String, Object> example) {
    private static final String PROJECT = "project_id";

    static EventTypeJson of(EventType<?> type, Map<String, Object> schema) {
        return new EventTypeJson(
                type.name(),
                type.description(),
                withProject(schema),
                Json.readObject(Json.write(type.data().cast(type.example()))));
    }

    /** Every message of a project's event says which project, whether or not the kind's own data does. */
    private static Map<String, Object> withProject(Map<String, Object> schema) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(PROJECT, Map.of("type", "string"));
        if (schema.get("properties") instanceof Map<?, ?> own) {
            own.forEach((name, value) -> properties.put(String.valueOf(name), value));
        }
        Map<String, Object> whole = new LinkedHashMap<>(schema);
        whole.put("properties", properties);
        return whole;
    }
}
