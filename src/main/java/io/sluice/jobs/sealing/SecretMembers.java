package io.sluice.jobs.sealing;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.json.SecretMember;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a payload record has secrets. */
public final class SecretMembers {
    private static final ClassValue<Boolean> ANY = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return mentions(type, new HashSet<>());
        }
    };

    private SecretMembers() {}

    /** What becomes of one secret. */
    @FunctionalInterface
    interface Change {
        /**
         * Gives what stands there from now on.
         *
         * @param path names of members, such as {@code login.password}; the places in a list share one
         */
        JsonNode changed(String path, JsonNode old);
    }

    /** Whether a payload of this record can hold a secret. */
    static boolean in(Class<?> type) {
        return ANY.get(type);
    }

    /**
     * Refuses marks that could not be kept.
     *
     * @throws IllegalArgumentException if a secret stands where it would not be found
     */
    public static void check(Class<?> type) {
        if (in(type)) {
            check(type, new HashSet<>());
        }
    }

    /** Changes every secret of a payload in its place; a null is none. */
    static void change(Class<?> type, JsonNode payload, Change change) {
        if (in(type)) {
            change(type, payload, "", change);
        }
    }

    private static void change(Class<?> type, JsonNode node, String prefix, Change change) {
        if (node.isArray()) {
            node.forEach(element -> change(type, element, prefix, change));
        } else if (node instanceof ObjectNode object) {
            for (RecordComponent component : type.getRecordComponents()) {
                String name = name(component);
                JsonNode value = object.get(name);
                Class<?> inner = recordIn(component.getGenericType());
                if (value == null || value.isNull()) {
                    continue;
                }
                if (component.isAnnotationPresent(SecretMember.class)) {
                    object.set(name, change.changed(prefix + name, value));
                } else if (inner != null && in(inner)) {
                    change(inner, value, prefix + name + ".", change);
                }
            }
        }
    }

    private static void check(Class<?> type, Set<Type> seen) {
        if (!seen.add(type)) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            Class<?> inner = recordIn(component.getGenericType());
            String where = type.getSimpleName() + "." + component.getName();
            if (component.isAnnotationPresent(SecretMember.class)) {
                if (component.getType() != String.class) {
                    throw new IllegalArgumentException("the secret " + where + " must be a String");
                }
                if (component.getAccessor().isAnnotationPresent(JsonAlias.class)
                        || component.getAccessor().isAnnotationPresent(JsonProperty.class)) {
                    throw new IllegalArgumentException("the secret " + where + " cannot have another name");
                }
            } else if (inner != null) {
                check(inner, seen);
            } else if (mentions(component.getGenericType(), new HashSet<>())) {
                throw new IllegalArgumentException(
                        "the secret in " + where + " would not be found; records and lists of them can hold one");
            }
        }
    }

    private static boolean mentions(Type type, Set<Type> seen) {
        if (!seen.add(type)) {
            return false;
        }
        if (type instanceof Class<?> aClass) {
            if (aClass.isArray()) {
                return mentions(aClass.getComponentType(), seen);
            }
            if (aClass.isRecord()) {
                for (RecordComponent component : aClass.getRecordComponents()) {
                    if (component.isAnnotationPresent(SecretMember.class)
                            || mentions(component.getGenericType(), seen)) {
                        return true;
                    }
                }
            }
        } else if (type instanceof ParameterizedType parameterized) {
            for (Type argument : parameterized.getActualTypeArguments()) {
                if (mentions(argument, seen)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The record that stands there, alone or in a list; null: none. */
    private static @Nullable Class<?> recordIn(Type type) {
        if (type instanceof Class<?> aClass) {
            return aClass.isRecord() ? aClass : null;
        }
        if (type instanceof ParameterizedType parameterized
                && parameterized.getRawType() instanceof Class<?> raw
                && Collection.class.isAssignableFrom(raw)) {
            return recordIn(parameterized.getActualTypeArguments()[0]);
        }
        return null;
    }

    private static String name(RecordComponent component) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
    }
}
