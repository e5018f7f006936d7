package io.sluice.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import io.sluice.InvalidInputException;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads JSON that others wrote, and says which member is wrong and what would be valid. */
public final class StrictJson {
    private StrictJson() {}

    /**
     * Reads a whole document of UTF-8 JSON: no unknown, repeated or trailing members, no number as text, no integer
     * beyond 2^53-1, no null where a value belongs, no character that a database cannot keep.
     *
     * @throws InvalidInputException if it is no JSON, or does not fit the type exactly
     */
    public static Object read(byte[] document, Type type) {
        String text = text(document);
        JsonScan.check(text);
        return readStored(text, type);
    }

    /**
     * Reads a document that the database gave back. It may hold what {@link #read} refuses in a request: the database writes
     * {@code 1e16} as an integer beyond 2^53-1, and {@code 1e300} with all its digits.
     *
     * @throws InvalidInputException if it does not fit the type exactly
     */
    public static Object readStored(String text, Type type) {
        JavaType target = Json.strictMapper().constructType(type);
        try {
            Object value = Json.strictMapper().readValue(text, target);
            if (value == null) {
                throw new InvalidInputException(Misfit.WHOLE, "must be an object.");
            }
            return value;
        } catch (JsonMappingException misfit) {
            throw Misfit.explain(misfit);
        } catch (JsonProcessingException broken) {
            throw new InvalidInputException(Misfit.WHOLE, "is not valid JSON.");
        }
    }

    /** Whether the document is an object without members, as a call without input may be sent. */
    public static boolean isEmptyObject(byte[] document) {
        String text = text(document);
        JsonScan.check(text);
        return text.strip().replaceAll("\\s", "").equals("{}");
    }

    private static String text(byte[] document) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new InvalidInputException(Misfit.WHOLE, "is not valid UTF-8.");
        }
    }
}
