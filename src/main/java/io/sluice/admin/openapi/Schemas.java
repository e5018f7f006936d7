package io.sluice.admin.openapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jspecify.annotations.Nullable;

/** Describes the records that calls take and give, each once, under the name of its class. */
final class Schemas {
    private static final String REFERENCE = "#/components/schemas/";

    private final Map<String, Schema> named = new TreeMap<>();

    Map<String, Schema> named() {
        return named;
    }

    /** The schema of a Java type; of a record, a reference to it. */
    Schema of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (raw.isRecord()) {
                return record(raw, last);
            }
            return Collection.class.isAssignableFrom(raw)
                    ? schema(SchemaType.ARRAY).items(of(last))
                    : schema(SchemaType.OBJECT);
        }
        return type instanceof Class<?> simple ? of(simple) : schema(SchemaType.OBJECT);
    }

    private Schema of(Class<?> type) {
        if (type.isEnum()) {
            Schema words = schema(SchemaType.STRING);
            Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                    .forEach(words::addEnumeration);
            return words;
        }
        if (type.isRecord()) {
            String name = name(type);
            if (!named.containsKey(name)) {
                named.put(name, schema(SchemaType.OBJECT));
                named.put(name, record(type, Object.class));
            }
            return OASFactory.createObject(Schema.class).ref(REFERENCE + name);
        }
        return scalar(type);
    }

    private static Schema scalar(Class<?> type) {
        if (type == Instant.class) {
            return schema(SchemaType.STRING).format("date-time");
        }
        if (type == LocalDate.class) {
            return schema(SchemaType.STRING).format("date");
        }
        if (type == UUID.class) {
            return schema(SchemaType.STRING).format("uuid");
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return schema(SchemaType.STRING);
        }
        if (type == boolean.class || type == Boolean.class) {
            return schema(SchemaType.BOOLEAN);
        }
        if (type == double.class || type == Double.class || type == BigDecimal.class) {
            return schema(SchemaType.NUMBER);
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            boolean small = type == int.class || type == Integer.class;
            return schema(SchemaType.INTEGER).format(small ? "int32" : "int64");
        }
        return schema(SchemaType.OBJECT);
    }

    private Schema record(Class<?> type, Type variable) {
        Schema schema = schema(SchemaType.OBJECT);
        for (RecordComponent component : type.getRecordComponents()) {
            Type memberType = component.getGenericType();
            boolean listOfVariable = memberType instanceof ParameterizedType list
                    && list.getActualTypeArguments()[0] instanceof java.lang.reflect.TypeVariable<?>;
            Schema member = listOfVariable ? schema(SchemaType.ARRAY).items(of(variable)) : of(memberType);
            boolean required = component.getType().isPrimitive();
            AnnotatedElement constraints = accessorOf(type, component);
            for (Class<? extends java.lang.annotation.Annotation> demand :
                    List.of(NotNull.class, NotBlank.class, NotEmpty.class)) {
                required |= constraints.isAnnotationPresent(demand);
            }
            constrain(member, constraints);
            if (component.getAnnotatedType().isAnnotationPresent(Nullable.class) && member.getRef() == null) {
                member.nullable(true);
            }
            String name = memberName(component);
            schema.addProperty(name, member);
            if (required) {
                schema.addRequired(name);
            }
        }
        return schema;
    }

    /** Constraints on a record's component are kept by its field. */
    private static AnnotatedElement accessorOf(Class<?> type, RecordComponent component) {
        try {
            return type.getDeclaredField(component.getName());
        } catch (NoSuchFieldException everyComponentHasOne) {
            throw new IllegalStateException(everyComponentHasOne);
        }
    }

    private static void constrain(Schema schema, AnnotatedElement place) {
        Min min = place.getAnnotation(Min.class);
        Max max = place.getAnnotation(Max.class);
        Size size = place.getAnnotation(Size.class);
        Pattern pattern = place.getAnnotation(Pattern.class);
        if (min != null) {
            schema.minimum(BigDecimal.valueOf(min.value()));
        }
        if (max != null) {
            schema.maximum(BigDecimal.valueOf(max.value()));
        }
        if (pattern != null) {
            schema.pattern("^(?:" + pattern.regexp() + ")$");
        }
        if (size != null && schema.getType() == SchemaType.STRING) {
            schema.minLength(size.min()).maxLength(size.max());
        } else if (size != null && schema.getType() == SchemaType.ARRAY) {
            schema.minItems(size.min()).maxItems(size.max());
        }
    }

    private static String memberName(RecordComponent component) {
        JsonProperty own = component.getAccessor().getAnnotation(JsonProperty.class);
        return own != null && !own.value().isEmpty() ? own.value() : snakeCase(component.getName());
    }

    static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    private static String name(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        String own = type.getSimpleName().replaceAll("Json$", "");
        return outer == null ? own : name(outer) + own;
    }

    private static Schema schema(SchemaType type) {
        return OASFactory.createObject(Schema.class).type(type);
    }
}
