package io.sluice.jobs.handlers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.sluice.InvalidInputException;
import io.sluice.SluiceException.FieldError;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Set;

/** Turns a payload's JSON into the record of its handler, or says which member is wrong. */
@ApplicationScoped
public class Payloads {
    @Inject
    Validator validator;

    /**
     * Reads strictly, then validates.
     *
     * @throws InvalidInputException naming the members as {@code payload.…}
     */
    public Object read(String json, Class<?> type) {
        Object payload = parse(json, type);
        Set<ConstraintViolation<Object>> violations = validator.validate(payload);
        if (!violations.isEmpty()) {
            throw new InvalidInputException(violations.stream()
                    .map(violation -> new FieldError(member(violation), violation.getMessage()))
                    .sorted((a, b) -> a.field().compareTo(b.field()))
                    .toList());
        }
        return payload;
    }

    private static Object parse(String json, Class<?> type) {
        try {
            Object payload = Json.strictMapper().readValue(json, type);
            if (payload != null) {
                return payload;
            }
        } catch (JsonMappingException wrong) {
            throw new InvalidInputException(member(wrong.getPath()), "is unknown or has a value of the wrong kind.");
        } catch (JsonProcessingException wrong) {
            throw new InvalidInputException("payload", "is not valid JSON.");
        }
        throw new InvalidInputException("payload", "must be an object.");
    }

    private static String member(List<JsonMappingException.Reference> path) {
        StringBuilder member = new StringBuilder("payload");
        for (JsonMappingException.Reference step : path) {
            if (step.getFieldName() != null) {
                member.append('.').append(step.getFieldName());
            } else if (step.getIndex() >= 0) {
                member.append('[').append(step.getIndex()).append(']');
            }
        }
        return member.toString();
    }

    private static String member(ConstraintViolation<?> violation) {
        String path = violation.getPropertyPath().toString();
        return path.isEmpty()
                ? "payload"
                : "payload." + PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(path);
    }
}
