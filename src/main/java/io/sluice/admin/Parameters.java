package io.sluice.admin;

import io.sluice.InvalidInputException;
import io.sluice.json.Ids;
import io.sluice.json.Times;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads parameters that are more than text. A query parameter that does not parse is refused by its name; a part of the
 * path that does not parse names nothing that exists.
 */
@Provider
public class Parameters implements ParamConverterProvider {
    private static final Map<Class<?>, Function<String, Object>> READERS = Map.of(
            Instant.class, Times::parse,
            UUID.class, text -> Ids.parse(text).orElseThrow(IllegalArgumentException::new),
            Integer.class, Integer::valueOf,
            Long.class, Long::valueOf,
            Boolean.class, Parameters::flag);
    private static final Map<Class<?>, String> RULES = Map.of(
            Instant.class, Times.RULE,
            UUID.class, Ids.RULE,
            Integer.class, "must be a whole number.",
            Long.class, "must be a whole number.",
            Boolean.class, "must be true or false.");

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable ParamConverter<T> getConverter(Class<T> rawType, Type genericType, Annotation[] annotations) {
        Function<String, Object> reader = READERS.get(rawType);
        return reader == null ? null : (ParamConverter<T>) new Strict(reader, refusal(rawType, annotations));
    }

    private static Boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither");
        };
    }

    /** How the refusal of an unreadable parameter is made, by where the parameter stands. */
    private static Supplier<RuntimeException> refusal(Class<?> type, Annotation[] annotations) {
        String rule = String.valueOf(RULES.get(type));
        for (Annotation annotation : annotations) {
            if (annotation instanceof QueryParam query) {
                return () -> new InvalidInputException(query.value(), rule);
            }
            if (annotation instanceof PathParam) {
                return NotFoundException::new;
            }
        }
        return () -> new InvalidInputException("parameter", rule);
    }

    private record Strict(Function<String, Object> reader, Supplier<RuntimeException> refusal)
            implements ParamConverter<Object> {
        @Override
        public @Nullable Object fromString(@Nullable String text) {
            if (text == null) {
                return null;
            }
            try {
                return reader.apply(text);
            } catch (IllegalArgumentException | DateTimeException unreadable) {
                throw refusal.get();
            }
        }

        @Override
        public String toString(Object value) {
            return String.valueOf(value);
        }
    }
}
