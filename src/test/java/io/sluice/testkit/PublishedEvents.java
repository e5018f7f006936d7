package io.sluice.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** The events that a node has published, read from its database. */
public final class PublishedEvents {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TestDatabase database;

    public PublishedEvents(TestDatabase database) {
        this.database = database;
    }

    /** The kinds of a project's events, oldest first. */
    public List<String> kinds(String project) {
        return database.query("select type from events where project_id = ? order by id", project).stream()
                .map(row -> String.valueOf(row.get("type")))
                .toList();
    }

    /** What the project's events of a kind carry, oldest first. */
    public List<JsonNode> of(String project, String kind) {
        return read(database.query(
                "select data::text as data from events where project_id = ? and type = ? order by id", project, kind));
    }

    /** What those events of a kind carry whose member has this value, oldest first. */
    public List<JsonNode> with(String kind, String member, Object value) {
        return read(database.query(
                "select data::text as data from events where type = ? and data ->> ? = ? order by id",
                kind,
                member,
                String.valueOf(value)));
    }

    private static List<JsonNode> read(List<java.util.Map<String, Object>> rows) {
        return rows.stream().map(row -> read(String.valueOf(row.get("data")))).toList();
    }

    private static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
