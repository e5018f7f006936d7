package io.sluice.jobs.sealing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sluice.InvalidInputException;
import io.sluice.json.Json;
import io.sluice.secrets.BrokenSealException;
import io.sluice.secrets.MasterKey;
import io.sluice.secrets.Sealed;
import io.sluice.secrets.UnknownMasterKeyException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Seals, opens and masks the secrets of payloads. A sealed one is an object of two members in the place of the text; a
 * caller cannot send one, because a text belongs there. It is bound to its job type and member, not to one job, so that
 * schedules can hand it on.
 */
@ApplicationScoped
public class SealedPayloads {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final String PURPOSE = "job-payload";
    private static final String KEY = "sealed_under";
    private static final String TEXT = "sealed";

    @Inject
    MasterKey masterKey;

    /**
     * A payload as its handler gets it.
     *
     * @param json with its secrets in clear
     * @param storedClear whether one of them was stored in clear
     */
    public record Opened(String json, boolean storedClear, Redaction redaction) {
        /** Names no secret. */
        @Override
        public String toString() {
            return "an opened payload";
        }
    }

    /** A payload as it is stored. */
    public Map<String, ?> seal(String jobType, Class<?> record, Map<String, ?> payload) {
        return SecretMembers.in(record) ? object(sealed(jobType, record, tree(Json.write(payload)))) : payload;
    }

    /** The same of JSON. */
    public String seal(String jobType, Class<?> record, String json) {
        return SecretMembers.in(record) ? sealed(jobType, record, tree(json)).toString() : json;
    }

    /**
     * Opens what {@link #seal} made; takes clear text as it is.
     *
     * @throws io.sluice.secrets.UnknownMasterKeyException if it was sealed under neither of this node's keys
     * @throws io.sluice.secrets.BrokenSealException if a sealed text was changed, or belongs to another member
     */
    public Opened open(String jobType, Class<?> record, String json) {
        if (!SecretMembers.in(record)) {
            return new Opened(json, false, Redaction.NONE);
        }
        JsonNode payload = tree(json);
        AtomicBoolean storedClear = new AtomicBoolean();
        Set<String> secrets = new HashSet<>();
        SecretMembers.change(record, payload, (path, old) -> {
            boolean wasSealed = isSealed(old);
            JsonNode clear = wasSealed ? TextNode.valueOf(opened(jobType, path, old)) : old;
            storedClear.compareAndSet(false, !wasSealed);
            secrets.add(clear.asText());
            return clear;
        });
        return new Opened(payload.toString(), storedClear.get(), Redaction.of(secrets));
    }

    /**
     * The payload that a caller means who was shown {@code stored}: its secrets stand where it says {@value
     * Redaction#MASK}.
     *
     * @throws InvalidInputException if there is none for a mask, or none that this node's keys open
     */
    public Map<String, ?> unmasked(
            String jobType, Class<?> record, Map<String, ?> payload, @Nullable Map<String, ?> stored) {
        if (!SecretMembers.in(record)) {
            return payload;
        }
        JsonNode wanted = tree(Json.write(payload));
        JsonNode known = stored == null ? MissingNode.getInstance() : tree(Json.write(stored));
        SecretMembers.change(record, wanted, (path, value) -> {
            if (!Redaction.MASK.equals(value.textValue())) {
                return value;
            }
            JsonNode kept = known.at("/" + path.replace('.', '/'));
            if (kept.isTextual()) {
                return kept;
            }
            if (!isSealed(kept)) {
                throw new InvalidInputException("payload." + path, "must be the secret itself, not its mask.");
            }
            try {
                return TextNode.valueOf(opened(jobType, path, kept));
            } catch (UnknownMasterKeyException | BrokenSealException lost) {
                throw new InvalidInputException(
                        "payload." + path, "must be the secret itself: no key of this node opens the stored one.");
            }
        });
        return object(wanted);
    }

    /** The secrets that a payload from outside holds in clear. */
    public Redaction redaction(Class<?> record, Map<String, ?> payload) {
        List<String> secrets = new ArrayList<>();
        if (SecretMembers.in(record)) {
            SecretMembers.change(record, tree(Json.write(payload)), (path, value) -> {
                secrets.add(value.isTextual() ? value.textValue() : value.toString());
                return value;
            });
        }
        return Redaction.of(secrets);
    }

    /**
     * A stored payload as people see it.
     *
     * @param record null: this node has no handler for it; what is sealed is masked nevertheless
     */
    public String masked(@Nullable Class<?> record, String json) {
        if ((record == null || !SecretMembers.in(record)) && !json.contains(KEY)) {
            return json;
        }
        JsonNode payload;
        try {
            payload = tree(json);
        } catch (InvalidInputException unread) {
            return Json.write(Redaction.MASK);
        }
        if (record != null) {
            SecretMembers.change(record, payload, (path, old) -> TextNode.valueOf(Redaction.MASK));
        }
        maskSealed(payload);
        return payload.toString();
    }

    private static void maskSealed(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(member -> {
                if (isSealed(member.getValue())) {
                    member.setValue(TextNode.valueOf(Redaction.MASK));
                }
            });
        }
        node.forEach(SealedPayloads::maskSealed);
    }

    private JsonNode sealed(String jobType, Class<?> record, JsonNode payload) {
        SecretMembers.change(record, payload, (path, old) -> {
            if (isSealed(old)) {
                return old;
            }
            byte[] clear = old.asText().getBytes(StandardCharsets.UTF_8);
            Sealed sealed = masterKey.seal(PURPOSE, context(jobType, path), clear);
            return Json.strictMapper()
                    .createObjectNode()
                    .put(KEY, sealed.keyId())
                    .put(TEXT, Base64.getEncoder().encodeToString(sealed.bytes()));
        });
        return payload;
    }

    private String opened(String jobType, String path, JsonNode value) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(value.get(TEXT).textValue());
        } catch (IllegalArgumentException notBase64) {
            bytes = new byte[0];
        }
        Sealed sealed = new Sealed(value.get(KEY).textValue(), bytes);
        return new String(masterKey.open(PURPOSE, context(jobType, path), sealed), StandardCharsets.UTF_8);
    }

    private static boolean isSealed(JsonNode value) {
        return value.isObject()
                && value.size() == 2
                && value.path(KEY).isTextual()
                && value.path(TEXT).isTextual();
    }

    private static String context(String jobType, String path) {
        return jobType + ":" + path;
    }

    private static Map<String, Object> object(JsonNode payload) {
        return Json.strictMapper().convertValue(payload, OBJECT);
    }

    /** What was inserted by hand may be nested deeper than JSON is read here. */
    private static JsonNode tree(String json) {
        try {
            return Json.strictMapper().readTree(json);
        } catch (JsonProcessingException unread) {
            throw new InvalidInputException("payload", "cannot be read: it is nested too deeply.");
        }
    }
}
