package io.sluice.json;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.sluice.InvalidInputException;
import io.sluice.SluiceException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts into the words of the API why a JSON value does not fit a type. */
final class Misfit {
    /** The field that stands for the whole body. */
    static final String WHOLE = "body";

    private Misfit() {}

    /** The refusal; one of a record's own constructor is passed on as it is. */
    static SluiceException explain(JsonMappingException misfit) {
        for (Throwable cause = misfit.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SluiceException own) {
                return own;
            }
        }
        return new InvalidInputException(path(misfit), rule(misfit));
    }

    private static String rule(JsonMappingException misfit) {
        if (misfit instanceof UnrecognizedPropertyException unknown) {
            String known = unknown.getKnownPropertyIds().stream()
                    .map(String::valueOf)
                    .collect(Collectors.collectingAndThen(
                            Collectors.toCollection(TreeSet::new), names -> String.join(", ", names)));
            return known.isEmpty() ? "is not known here." : "is not known here; known are " + known + ".";
        }
        if (misfit instanceof InvalidNullException) {
            return "must not be null.";
        }
        if (misfit.getCause() instanceof InputCoercionException) {
            return "is out of range.";
        }
        return misfit instanceof MismatchedInputException mismatch ? rule(mismatch.getTargetType()) : "is not valid.";
    }

    private static String rule(@Nullable Class<?> target) {
        if (target == null) {
            return "is not valid.";
        }
        if (target.isEnum()) {
            return "must be one of " + words(target) + ".";
        }
        if (target == Instant.class) {
            return Times.RULE;
        }
        if (target == UUID.class) {
            return Ids.RULE;
        }
        if (target == boolean.class || target == Boolean.class) {
            return "must be true or false.";
        }
        if (target == double.class || target == Double.class || target == BigDecimal.class) {
            return "must be a number.";
        }
        if (target.isPrimitive() || Number.class.isAssignableFrom(target)) {
            return "must be a whole number.";
        }
        if (CharSequence.class.isAssignableFrom(target)) {
            return "must be text.";
        }
        if (Collection.class.isAssignableFrom(target) || target.isArray()) {
            return "must be a list.";
        }
        return target.isRecord() || Map.class.isAssignableFrom(target) ? "must be an object." : "is not valid.";
    }

    private static String words(Class<?> constants) {
        return Arrays.stream(constants.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String path(JsonMappingException misfit) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : misfit.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        String text = path.toString().replaceAll("[^\\p{Print}]", "?");
        String shown = text.length() <= 200 ? text : text.substring(0, 200) + "...";
        return shown.isEmpty() ? WHOLE : shown;
    }
}
