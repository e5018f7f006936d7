package io.sluice.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.testkit.PublishedRoute;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Requests that a call must refuse, worked out from the call's own published schema. */
final class BadInputs {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String LONG = "x".repeat(1_000_000);

    private static final Map<String, String> FITTING = Map.of(
            "POST /v1/tokens",
            "{'name':'a','role':'owner','projects':['victim'],'expires_at':'2099-01-01T00:00:00Z'}",
            "POST /v1/projects",
            "{'id':'fresh','name':'Fresh','owner_email':'f@example.org','environment':'prod','time_zone':'UTC'}",
            "POST /v1/usage/track",
            "{'project_id':'victim','metric':'requests','quantity':1,'event_id':'e'}",
            "PUT /v1/projects/{id}/quotas/{metric}",
            "{'limit':10,'hard_cap':20,'period':'month','warn_at':[80,90,100],'mode':'enforce'}",
            "POST /v1/projects/{id}/suspensions",
            "{'reason':'a'}",
            "POST /v1/plans",
            "{'name':'p','quotas':[{'metric':'requests','limit':1,'hard_cap':2,'period':'month'}]}",
            "POST /v1/jobs",
            "{'type':'check_usage_limits','payload':{'check_all':true},'priority':1,'project_id':'victim'}",
            "PUT /v1/projects/{id}/status",
            "{'status':'archived','reason':'a'}",
            "PATCH /v1/projects/{id}",
            "{'name':'Other'}",
            "PUT /v1/metrics/{name}",
            "{'unit':'u','aggregation':'sum','description':'d'}");

    private BadInputs() {}

    /** Bodies that a call cannot take, by what is wrong with them. */
    static Map<String, byte[]> badBodies(PublishedRoute route) {
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        for (String whole : List.of(
                "",
                " ",
                "null",
                "[]",
                "5",
                "\"x\"",
                "true",
                "{",
                "{}}",
                "{}{}",
                "{\"a\":}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1,}",
                "<a/>",
                "{\"no_such_member\":1}",
                "[".repeat(100_000))) {
            bodies.put("the body " + abbreviated(whole), bytes(whole));
        }
        bodies.put("bytes that are no UTF-8", new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
        ObjectNode fitting = fitting(route);
        if (FITTING.containsKey(route.toString())) {
            ObjectNode withMore = fitting.deepCopy().put("no_such_member", 1);
            bodies.put("one member too many", bytes(withMore.toString()));
            bodies.put("something behind it", bytes(fitting + "{}"));
        }
        addBadMembers(route, route.bodySchema(), fitting, fitting, "", bodies);
        return bodies;
    }

    private static void addBadMembers(
            PublishedRoute route,
            JsonNode schema,
            ObjectNode whole,
            ObjectNode at,
            String path,
            Map<String, byte[]> bodies) {
        schema.path("properties").properties().forEach(property -> {
            String name = property.getKey();
            JsonNode member = route.resolve(property.getValue());
            JsonNode original = at.get(name);
            for (String bad : badValues(member)) {
                at.put(name, "@@@");
                bodies.put(
                        path + name + " = " + abbreviated(bad),
                        bytes(whole.toString().replace("\"@@@\"", bad)));
            }
            boolean required = schema.path("required").toString().contains('"' + name + '"');
            if (required) {
                at.putNull(name);
                bodies.put(path + name + " = null", bytes(whole.toString()));
            }
            at.remove(name);
            if (required) {
                bodies.put("no " + path + name, bytes(whole.toString()));
            }
            if (original == null) {
                return;
            }
            at.put(name, "@@@");
            bodies.put(
                    path + name + " twice",
                    bytes(whole.toString().replace("\"@@@\"", original + ",\"" + name + "\":" + original)));
            at.set(name, original);
            if (original instanceof ArrayNode list && list.path(0) instanceof ObjectNode item) {
                addBadMembers(route, route.resolve(member.path("items")), whole, item, path + name + "[0].", bodies);
            }
            if (original instanceof ObjectNode object) {
                addBadMembers(route, member, whole, object, path + name + ".", bodies);
            }
        });
    }

    private static List<String> badValues(JsonNode schema) {
        List<String> bad = new ArrayList<>(
                List.of("\"\\u0000\"", "\"\\ud800\"", "9007199254740992", "18446744073709551616", "1e999", "[[[]]]"));
        switch (schema.path("type").asText()) {
            case "integer" -> bad.addAll(List.of("\"5\"", "1.5", "1.0", "true", "{}", "\"\"", "-9007199254740992"));
            case "number" -> bad.addAll(List.of("\"5\"", "true", "{}"));
            case "boolean" -> bad.addAll(List.of("\"true\"", "1", "0", "{}"));
            case "array" -> bad.addAll(List.of("{}", "\"x\"", "5", "[null]", "true"));
            case "object" -> bad.addAll(List.of("[]", "\"x\"", "5", "true"));
            default -> bad.addAll(List.of("5", "1.5", "true", "{}", "[]", '"' + LONG + '"'));
        }
        if (schema.has("enum")
                || schema.has("format") && !schema.path("format").asText().startsWith("int")) {
            bad.addAll(List.of("\"nothing_of_this_kind\"", "\"\""));
        }
        if (schema.path("minimum").asLong(-1) >= 0 || schema.path("minLength").asInt() > 0) {
            bad.add(schema.has("minimum") ? "-1" : "\"\"");
        }
        return bad;
    }

    /** A body that the call would take, where we know one: then each member is the only thing wrong with its variant. */
    private static ObjectNode fitting(PublishedRoute route) {
        String known = FITTING.get(route.toString());
        try {
            return known == null
                    ? example(route, route.bodySchema())
                    : (ObjectNode) MAPPER.readTree(known.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** An object that has every member, each of its type. */
    private static ObjectNode example(PublishedRoute route, JsonNode schema) {
        ObjectNode example = MAPPER.createObjectNode();
        schema.path("properties")
                .properties()
                .forEach(property -> example.set(property.getKey(), value(route, route.resolve(property.getValue()))));
        return example;
    }

    private static JsonNode value(PublishedRoute route, JsonNode schema) {
        if (schema.has("enum")) {
            return schema.path("enum").get(0);
        }
        return switch (schema.path("type").asText()) {
            case "integer", "number" -> MAPPER.getNodeFactory().numberNode(1);
            case "boolean" -> MAPPER.getNodeFactory().booleanNode(false);
            case "array" -> MAPPER.createArrayNode().add(value(route, route.resolve(schema.path("items"))));
            case "object" -> example(route, schema);
            default ->
                MAPPER.getNodeFactory()
                        .textNode(
                                switch (schema.path("format").asText()) {
                                    case "date-time" -> "2026-01-31T12:00:00Z";
                                    case "uuid" -> "00000000-0000-7000-8000-000000000000";
                                    default -> "a";
                                });
        };
    }

    /** Query strings that a call cannot take. */
    static List<String> badQueries(PublishedRoute route) {
        List<String> queries = new ArrayList<>(List.of("no_such_parameter=1", "%00=1", "%ff=1"));
        route.queryParameters().forEach((name, schema) -> {
            queries.add(name + "=a&" + name + "=b");
            queries.add(name + "=%00");
            queries.add(name + "=%ff");
            boolean typed = schema.has("enum")
                    || schema.has("format")
                    || Set.of("limit", "cursor").contains(name);
            if (typed) {
                for (String bad : List.of(
                        "nothing",
                        "1.5",
                        "-1",
                        "9007199254740992",
                        "18446744073709551616",
                        "%20",
                        "a'b",
                        "x".repeat(4_000))) {
                    queries.add(name + "=" + bad);
                }
            }
        });
        return queries;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String abbreviated(String text) {
        return text.length() <= 300 ? text : text.substring(0, 300) + "...";
    }
}
