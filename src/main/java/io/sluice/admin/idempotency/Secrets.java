package io.sluice.admin.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.json.Json;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes the secrets out of an answer before it is kept: each is shown once and stored nowhere. They are members of the
 * answer itself; what stands deeper, such as a job's payload, is the caller's. Also those that a caller sent where they do
 * not belong, such as a key in a path, which a refusal repeats.
 */
final class Secrets {
    private static final Set<String> NAMES = Set.of("secret", "token");

    /** What keys, access tokens and webhook secrets of ours look like. */
    private static final Pattern CLEAR = Pattern.compile("(sl[kt]_|whsec_)[A-Za-z0-9_+/=-]{20,}");

    private Secrets() {}

    /** The same JSON with null for every secret, and {@code secret_already_shown} where there was one. */
    static String without(String json) {
        if (json.isEmpty()) {
            return json;
        }
        try {
            JsonNode document = Json.strictMapper().readTree(json);
            String shown = document instanceof ObjectNode answer && remove(answer) ? answer.toString() : json;
            return CLEAR.matcher(shown).replaceAll("$1***");
        } catch (JsonProcessingException ours) {
            throw new IllegalStateException("An answer of ours is no JSON.", ours);
        }
    }

    private static boolean remove(ObjectNode answer) {
        boolean removed = false;
        for (String name : NAMES) {
            if (answer.path(name).isTextual()) {
                answer.putNull(name);
                answer.put("secret_already_shown", true);
                removed = true;
            }
        }
        return removed;
    }
}
