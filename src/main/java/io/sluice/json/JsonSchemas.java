package io.sluice.json;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The JSON Schema (2020-12) of records that are read from JSON or written as JSON, in the form of {@link Json}. */
public final class JsonSchemas {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private static final Map<Class<?>, Map<String, Object>> SCHEMAS = new ConcurrentHashMap<>();

    private JsonSchemas() {}

    /** The schema of a record; made at the first call. */
    public static Map<String, Object> of(Class<?> type) {
        return SCHEMAS.computeIfAbsent(type, JsonSchemas::generate);
    }

    private static Map<String, Object> generate(Class<?> type) {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT);
        config.forFields()
                .withPropertyNameOverrideResolver(
                        field -> PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(field.getDeclaredName()))
                .withRequiredCheck(field -> field.getAnnotation(NotNull.class) != null
                        || field.getAnnotation(NotEmpty.class) != null
                        || field.getType().getErasedType().isPrimitive());
        config.forFields().withWriteOnlyCheck(field -> field.getAnnotation(SecretMember.class) != null);
        JsonNode schema = new SchemaGenerator(config.build()).generateSchema(type);
        return Json.strictMapper().convertValue(schema, OBJECT);
    }
}
