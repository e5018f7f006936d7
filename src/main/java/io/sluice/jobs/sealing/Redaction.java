package io.sluice.jobs.sealing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sluice.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes the secrets of one payload out of what its handler says. Finds them as they are, escaped as in JSON and encoded as
 * in an address; not in any other form.
 *
 * @param forms longest first, so that no rest of a secret stays behind
 */
public record Redaction(List<String> forms) {
    /** What stands in the place of a secret. */
    public static final String MASK = "***";

    public static final Redaction NONE = new Redaction(List.of());

    static Redaction of(Collection<String> secrets) {
        return new Redaction(secrets.stream()
                .filter(secret -> !secret.isEmpty())
                .flatMap(Redaction::forms)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    private static Stream<String> forms(String secret) {
        String quoted = Json.write(secret);
        String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        return Stream.of(
                secret,
                secret.replace('\0', ' '),
                quoted.substring(1, quoted.length() - 1),
                encoded,
                encoded.replace("+", "%20"));
    }

    public String text(String text) {
        String masked = text;
        for (String form : forms) {
            masked = masked.replace(form, MASK);
        }
        return masked;
    }

    /** The same JSON with masked texts, names of members and numbers. */
    public String json(String json) {
        if (forms.isEmpty()) {
            return json;
        }
        try {
            return masked(Json.strictMapper().readTree(json)).toString();
        } catch (JsonProcessingException ours) {
            throw new IllegalStateException("What was written as JSON cannot be read.", ours);
        }
    }

    private JsonNode masked(JsonNode node) {
        if (node.isObject()) {
            ObjectNode object = Json.strictMapper().createObjectNode();
            node.properties().forEach(member -> object.set(text(member.getKey()), masked(member.getValue())));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = Json.strictMapper().createArrayNode();
            node.forEach(element -> array.add(masked(element)));
            return array;
        }
        String masked = text(node.asText());
        return node.isTextual() || (node.isNumber() && !masked.equals(node.asText())) ? TextNode.valueOf(masked) : node;
    }

    /** Names no secret. */
    @Override
    public String toString() {
        return "Redaction of " + forms.size() + " forms";
    }
}
