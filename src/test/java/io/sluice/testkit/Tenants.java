package io.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Projects of a test's own on the shared node, and the events and tokens that go with them. */
public final class Tenants {
    private Tenants() {}

    /** An id that no other test has. */
    public static String newId() {
        return "t-" + UUID.randomUUID();
    }

    /** Makes a project in UTC and returns its id. */
    public static String create() {
        return create("UTC", 1);
    }

    public static String create(String timeZone, int anchorDay) {
        String id = newId();
        String body = """
                {"id": "%s", "name": "Test", "owner_email": "%s@example.org", "time_zone": "%s", "anchor_day": %d}""".formatted(id, id, timeZone, anchorDay);
        SharedServer.operator().post("/v1/projects", body).expect(201);
        return id;
    }

    /** Speaks as a holder of a new token; {@code projects} empty: of all projects. */
    public static Api holder(String role, String... projects) {
        String list = projects.length == 0 ? "" : ", \"projects\": [\"" + String.join("\", \"", projects) + "\"]";
        Answer made = SharedServer.operator()
                .post("/v1/tokens", "{\"name\": \"test\", \"role\": \"" + role + "\"" + list + "}")
                .expect(201);
        return SharedServer.operator().as(made.json().get("token").asText());
    }

    /** One event as JSON; {@code occurredAt} null leaves the time out. */
    public static String event(String project, String metric, long quantity, String id, Object occurredAt) {
        String time = occurredAt == null ? "" : ", \"occurred_at\": \"" + occurredAt + "\"";
        return "{\"project_id\": \"%s\", \"metric\": \"%s\", \"quantity\": %d, \"event_id\": \"%s\"%s}"
                .formatted(project, metric, quantity, id, time);
    }

    public static String batch(List<String> events) {
        return "{\"events\": [" + String.join(", ", events) + "]}";
    }

    /** Tracks one event as an operator. */
    public static Answer track(String project, String metric, long quantity, String id, Object occurredAt) {
        return SharedServer.operator().post("/v1/usage/track", event(project, metric, quantity, id, occurredAt));
    }

    /** The counters of a project's present period: what its limits see. */
    public static long used(String project, String metric, String unit) {
        List<Long> rows = new ArrayList<>();
        SharedServer.database().query("""
                        select c.quantity
                        from usage_counters c
                        join projects p on p.id = c.project_id
                        where c.project_id = ? and c.metric = ? and c.unit = ?
                          and c.period_start = sluice_period_start(c.unit, p.anchor_day, p.time_zone, sluice_now())
                        """, project, metric, unit).forEach(row -> rows.add((Long) row.get("quantity")));
        return rows.isEmpty() ? 0 : rows.get(0);
    }

    /** What the API reports of a project as a whole. */
    public static JsonNode report(String project, String query) {
        return SharedServer.operator()
                .get("/v1/projects/" + project + "/usage" + query)
                .expect(200)
                .json();
    }
}
