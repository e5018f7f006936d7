package io.sluice.jobs.handlers;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The JSON Schema of each payload record, as the list of job types shows it. */
@ApplicationScoped
class PayloadSchemas {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final Map<Class<?>, Map<String, Object>> schemas = new ConcurrentHashMap<>();

    Map<String, Object> of(Class<?> payload) {
        return schemas.computeIfAbsent(payload, PayloadSchemas::generate);
    }

    private static Map<String, Object> generate(Class<?> payload) {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT);
        config.forFields()
                .withPropertyNameOverrideResolver(
                        field -> PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(field.getDeclaredName()))
                .withRequiredCheck(field -> field.getAnnotation(NotNull.class) != null
                        || field.getAnnotation(NotEmpty.class) != null
                        || field.getType().getErasedType().isPrimitive());
        JsonNode schema = new SchemaGenerator(config.build()).generateSchema(payload);
        return Json.strictMapper().convertValue(schema, OBJECT);
    }
}
