package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.PublishedRoute;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TableHash;
import io.sluice.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Sends to every published call whatever does not belong there, worked out from the call's own schema, and then looks
 * whether anything in the database changed. Has a node and a database of its own, on which nothing else works.
 */
class BadInputIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String LONG = "x".repeat(1_000_000);
    private static final Set<Integer> REFUSALS = Set.of(400, 404, 409, 413, 415, 422);

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

    private static TestDatabase database;
    private static SluiceServer node;
    private static Api operator;
    private static List<PublishedRoute> routes;
    private Map<String, String> before;

    @BeforeAll
    static void startNode() {
        database = SharedServer.postgres().createDatabase();
        node = SluiceServer.builder()
                .database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
        operator = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        routes = PublishedRoute.all(operator);
        operator.get("/v1/schedules")
                .json()
                .path("items")
                .forEach(schedule ->
                        operator.post("/v1/schedules/" + schedule.path("name").asText() + "/pause", null));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> database.count("select count(*) from jobs where status in ('pending', 'running')") == 0);
        operator.post("/v1/projects", "{\"id\":\"victim\",\"name\":\"Victim\",\"owner_email\":\"v@example.org\"}");
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @Test
    void noBodyThatDoesNotFitChangesAnything() {
        before = TableHash.of(database);
        SoftAssertions softly = new SoftAssertions();
        int sent = 0;
        for (PublishedRoute route : routesWithBody()) {
            for (Map.Entry<String, byte[]> body : badBodies(route).entrySet()) {
                Answer answer = operator.sendBytes(route.method(), path(route), body.getValue());
                expectRefusal(softly, route + " with " + body.getKey(), answer);
                sent++;
            }
        }
        softly.assertAll();
        assertThat(sent).isGreaterThan(50);
        assertThat(TableHash.of(database)).isEqualTo(before);
    }

    @Test
    void noParameterThatDoesNotFitChangesAnything() {
        before = TableHash.of(database);
        SoftAssertions softly = new SoftAssertions();
        for (PublishedRoute route : routes) {
            for (String query : badQueries(route)) {
                Answer answer = operator.send(
                        route.method(),
                        path(route) + "?" + query,
                        route.bodySchema().isMissingNode() ? null : "{}");
                expectRefusal(softly, route + "?" + abbreviated(query), answer);
            }
        }
        softly.assertAll();
        assertThat(TableHash.of(database)).isEqualTo(before);
    }

    @Test
    void noIdThatNamesNothingChangesAnything() {
        before = TableHash.of(database);
        SoftAssertions softly = new SoftAssertions();
        List<String> ids = List.of(
                "00000000-0000-7000-8000-000000000000",
                "nothing",
                "0",
                "-1",
                "9007199254740992",
                "18446744073709551616",
                "1.5",
                "null",
                "x".repeat(1_000),
                "%00",
                "%ff",
                "a%20b",
                "'",
                "*",
                "$1",
                "~");
        for (PublishedRoute route : routes) {
            for (String id : route.hasParts() ? ids : List.<String>of()) {
                boolean hasBody = !route.bodySchema().isMissingNode();
                Answer answer = operator.send(route.method(), route.pathWith(id), hasBody ? "{\"nonsense\":1}" : null);
                expectRefusal(softly, route + " for " + abbreviated(id), answer);
            }
        }
        softly.assertAll();
        assertThat(TableHash.of(database)).isEqualTo(before);
    }

    @Test
    void noBodyOfAnotherFormIsRead() {
        before = TableHash.of(database);
        SoftAssertions softly = new SoftAssertions();
        for (PublishedRoute route : routesWithBody()) {
            for (String type : List.of(
                    "text/plain",
                    "application/x-www-form-urlencoded",
                    "application/xml",
                    "application/json;charset=iso-8859-1")) {
                Answer answer = operator.sendBytes(route.method(), path(route), bytes("{}"), "Content-Type", type);
                softly.assertThat(answer.status()).as("%s as %s", route, type).isEqualTo(415);
                softly.assertThat(answer.code()).as("%s as %s", route, type).isEqualTo("UNSUPPORTED_MEDIA_TYPE");
            }
            Answer packed = operator.sendBytes(route.method(), path(route), bytes("{}"), "Content-Encoding", "gzip");
            softly.assertThat(packed.status()).as("%s compressed", route).isEqualTo(415);
            softly.assertThat(operator.sendBytes(route.method(), path(route), bytes("{}"), "Accept", "image/png")
                            .status())
                    .as("%s for an image", route)
                    .isEqualTo(406);
        }
        softly.assertAll();
        assertThat(TableHash.of(database)).isEqualTo(before);
    }

    @Test
    void bodiesAboveTheLimitAreRefusedUnread() {
        before = TableHash.of(database);
        SoftAssertions softly = new SoftAssertions();
        for (PublishedRoute route : routesWithBody()) {
            boolean batch = Set.of("/v1/usage/track", "/v1/jobs/batch").contains(route.path());
            int most = (batch ? 8 : 1) << 20;
            softly.assertThat(operator.sendBytes(route.method(), path(route), blanks(most))
                            .status())
                    .as("%s with the longest body", route)
                    .isEqualTo(400);
            Answer above = operator.sendBytes(route.method(), path(route), blanks(most + 1));
            softly.assertThat(above.status()).as("%s above the limit", route).isEqualTo(413);
            softly.assertThat(above.code()).as("%s above the limit", route).isEqualTo("PAYLOAD_TOO_LARGE");
        }
        softly.assertAll();
        assertThat(TableHash.of(database)).isEqualTo(before);
    }

    private static List<PublishedRoute> routesWithBody() {
        return routes.stream()
                .filter(route -> !route.bodySchema().isMissingNode())
                .toList();
    }

    private static String path(PublishedRoute route) {
        return route.path().startsWith("/v1/projects/{id}")
                ? route.path().replace("{id}", "victim").replaceAll("\\{[^}]+}", "requests")
                : route.unknownPath();
    }

    private static void expectRefusal(SoftAssertions softly, String what, Answer answer) {
        softly.assertThat(answer.status())
                .as("%s: %s", what, abbreviated(answer.body()))
                .isIn(REFUSALS);
        if (REFUSALS.contains(answer.status()) && !answer.body().isEmpty()) {
            softly.assertThat(answer.header("Content-Type")).as(what).isEqualTo("application/problem+json");
            softly.assertThat(answer.code()).as(what).matches("[A-Z_]+");
            softly.assertThat(answer.body())
                    .as(what)
                    .doesNotContain("Exception", "jakarta.", "org.hibernate", "org.postgresql", "java.lang", "SQL");
            softly.assertThat(answer.body().length()).as(what).isLessThan(5_000);
        }
    }

    /** Bodies that a call cannot take, by what is wrong with them. */
    private static Map<String, byte[]> badBodies(PublishedRoute route) {
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

    private static List<String> badQueries(PublishedRoute route) {
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

    private static byte[] blanks(int length) {
        return bytes(" ".repeat(length));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String abbreviated(String text) {
        return text.length() <= 300 ? text : text.substring(0, 300) + "...";
    }
}
