package io.sluice.admin;

import io.sluice.SluiceException.FieldError;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.Providers;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Says in the words of the API which members of a request break a constraint. A mapper of its own, because the server
 * brings one that would come first otherwise.
 */
@Provider
public class ViolationMapper implements ExceptionMapper<ConstraintViolationException> {
    @Context
    Providers providers;

    @Override
    public Response toResponse(ConstraintViolationException violated) {
        return providers.getExceptionMapper(Throwable.class).toResponse(violated);
    }

    /** One error for each broken constraint, in a stable order. */
    static List<FieldError> errors(ConstraintViolationException violated) {
        return violated.getConstraintViolations().stream()
                .map(ViolationMapper::error)
                .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::message))
                .toList();
    }

    private static FieldError error(ConstraintViolation<?> violation) {
        StringBuilder field = new StringBuilder();
        String parameter = "body";
        for (Path.Node node : violation.getPropertyPath()) {
            boolean inside = node.getKind() == ElementKind.PROPERTY || node.getKind() == ElementKind.BEAN;
            if (node.getKind() == ElementKind.PARAMETER && node.getName() != null) {
                parameter = snakeCase(node.getName());
            } else if (inside || node.getKind() == ElementKind.CONTAINER_ELEMENT) {
                append(field, node, inside);
            }
        }
        return new FieldError(field.isEmpty() ? parameter : field.toString(), violation.getMessage());
    }

    private static void append(StringBuilder field, Path.Node node, boolean inside) {
        if (node.isInIterable() && node.getIndex() != null) {
            field.append('[').append(node.getIndex()).append(']');
        } else if (node.isInIterable() && node.getKey() != null) {
            field.append('.').append(node.getKey());
        }
        if (inside && node.getName() != null) {
            field.append(field.isEmpty() ? "" : ".").append(snakeCase(node.getName()));
        }
    }

    static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
