package io.sluice.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import io.sluice.InvalidInputException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/** Reads JSON that others wrote, and says what is wrong with it. */
public final class StrictJson {
    private StrictJson() {}

    /**
     * Reads a whole document.
     *
     * @throws InvalidInputException if it is no JSON, or does not fit the type exactly
     */
    public static Object read(byte[] document, Type type) {
        if (document.length == 0) {
            throw new InvalidInputException("body", "is required: send a JSON object.");
        }
        JavaType target = Json.strictMapper().constructType(type);
        try {
            Object value = Json.strictMapper().readValue(new String(document, StandardCharsets.UTF_8), target);
            if (value == null) {
                throw new InvalidInputException("body", "is required: send a JSON object.");
            }
            return value;
        } catch (JsonMappingException misfit) {
            throw new InvalidInputException("body", "does not fit.");
        } catch (JsonProcessingException broken) {
            throw new InvalidInputException("body", "is not valid JSON.");
        }
    }
}
