package io.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;

/** One call as the server's {@code /openapi} describes it. */
public record PublishedRoute(String method, String path, List<String> roles, JsonNode operation, JsonNode document) {
    /** Every call, by path and method. */
    public static List<PublishedRoute> all(Api api) {
        JsonNode document = api.get("/openapi?format=json").expect(200).json();
        Map<String, PublishedRoute> routes = new TreeMap<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    List<String> roles = new ArrayList<>();
                    operation.getValue().path("x-roles").forEach(role -> roles.add(role.asText()));
                    String method = operation.getKey().toUpperCase();
                    routes.put(
                            path.getKey() + " " + method,
                            new PublishedRoute(method, path.getKey(), roles, operation.getValue(), document));
                }));
        return List.copyOf(routes.values());
    }

    /** The path with every id replaced by one that fits and names nothing. */
    public String unknownPath() {
        return pathWith("00000000-0000-7000-8000-000000000000");
    }

    public String pathWith(String id) {
        return path.replaceAll("\\{[^}]+}", Matcher.quoteReplacement(id));
    }

    public boolean hasParts() {
        return path.contains("{");
    }

    /** The schema of the body, references followed once; missing when the call takes none. */
    public JsonNode bodySchema() {
        return resolve(operation
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("schema"));
    }

    /** The schema behind a reference, or the schema itself. */
    public JsonNode resolve(JsonNode schema) {
        String reference = schema.path("$ref").asText("");
        return reference.isEmpty() ? schema : document.at(reference.substring(1));
    }

    /** The names of the query parameters with their schemas. */
    public Map<String, JsonNode> queryParameters() {
        Map<String, JsonNode> query = new TreeMap<>();
        operation.path("parameters").forEach(parameter -> {
            if (parameter.path("in").asText().equals("query")) {
                query.put(parameter.path("name").asText(), parameter.path("schema"));
            }
        });
        return query;
    }

    /** The row of this call in the table of the docs. */
    public String row() {
        List<String> successes = new ArrayList<>();
        TreeSet<String> codes = new TreeSet<>();
        operation.path("responses").properties().forEach(answer -> {
            if (answer.getKey().startsWith("2")) {
                successes.add(answer.getKey());
            } else {
                codes.addAll(
                        List.of(answer.getValue().path("description").asText().split(", ")));
            }
        });
        codes.removeAll(List.of(
                "VALIDATION_ERROR",
                "AUTHENTICATION_REQUIRED",
                "TOKEN_EXPIRED",
                "PERMISSION_DENIED",
                "NOT_ACCEPTABLE",
                "INTERNAL_ERROR",
                "SERVICE_UNAVAILABLE"));
        return "| %s | `%s` | %s | %s | %s |"
                .formatted(
                        method,
                        path,
                        String.join(", ", new TreeSet<>(roles)),
                        String.join(", ", new TreeSet<>(successes)),
                        codes.isEmpty() ? "–" : String.join(", ", codes));
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
