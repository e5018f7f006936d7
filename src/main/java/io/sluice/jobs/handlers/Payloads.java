package io.sluice.jobs.handlers;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.sluice.InvalidInputException;
import io.sluice.SluiceException.FieldError;
import io.sluice.json.StrictJson;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Supplier;

/** Turns a payload's JSON into the record of its handler, or says which member is wrong. */
@ApplicationScoped
public class Payloads {
    /** The name that the JSON reader gives to a whole document. */
    private static final String WHOLE = "body";

    @Inject
    Validator validator;

    /**
     * Reads strictly, then validates.
     *
     * @throws InvalidInputException naming the members as {@code payload.…}
     */
    public Object read(String json, Class<?> type) {
        return read(validator, json, type);
    }

    /** The same for a payload as the database writes it; what was accepted can be read. */
    public Object readStored(String json, Class<?> type) {
        return valid(validator, parse(() -> StrictJson.readStored(json, type)));
    }

    /** What {@link #read(String, Class)} does, where there is no container. */
    public static Object read(Validator validator, String json, Class<?> type) {
        return valid(validator, parse(() -> StrictJson.read(json.getBytes(StandardCharsets.UTF_8), type)));
    }

    private static Object valid(Validator validator, Object payload) {
        Set<ConstraintViolation<Object>> violations = validator.validate(payload);
        if (!violations.isEmpty()) {
            throw new InvalidInputException(violations.stream()
                    .map(violation -> new FieldError(member(violation), violation.getMessage()))
                    .sorted((a, b) -> a.field().compareTo(b.field()))
                    .toList());
        }
        return payload;
    }

    private static Object parse(Supplier<Object> reading) {
        try {
            return reading.get();
        } catch (InvalidInputException wrong) {
            throw new InvalidInputException(wrong.errors().stream()
                    .map(error -> new FieldError(member(error.field()), error.message()))
                    .toList());
        }
    }

    private static String member(String field) {
        return field.equals(WHOLE) ? "payload" : "payload." + field;
    }

    private static String member(ConstraintViolation<?> violation) {
        String path = violation.getPropertyPath().toString().replaceAll("\\.<[^>]*>", "");
        return path.isEmpty()
                ? "payload"
                : "payload." + PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(path);
    }
}
