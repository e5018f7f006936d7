package io.sluice.abuse;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.json.Json;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads rows into records whose members are named like the columns. */
public final class Rows {
    private Rows() {}

    /**
     * Runs a query.
     *
     * @param sql a {@code select}; its columns fit the record
     * @param parameters by name; a value of null or of text is cast by the query itself
     */
    public static <T> List<T> read(
            EntityManager entityManager,
            String sql,
            Map<String, ? extends @Nullable Object> parameters,
            Class<T> type) {
        return parse(entityManager, "select cast(to_jsonb(r) as text) from (" + sql + ") r", parameters, type);
    }

    /** Runs a change that returns rows; {@code sql} ends with its {@code returning} clause. */
    public static <T> List<T> change(
            EntityManager entityManager,
            String sql,
            Map<String, ? extends @Nullable Object> parameters,
            Class<T> type) {
        String returning = "with r as (" + sql + ") select cast(to_jsonb(r) as text) from r";
        return parse(entityManager, returning, parameters, type);
    }

    /** Runs a change and says how many rows it touched. */
    public static int execute(
            EntityManager entityManager, String sql, Map<String, ? extends @Nullable Object> parameters) {
        Query query = entityManager.createNativeQuery(sql);
        parameters.forEach(query::setParameter);
        return query.executeUpdate();
    }

    @SuppressWarnings("unchecked")
    private static <T> List<T> parse(
            EntityManager entityManager,
            String sql,
            Map<String, ? extends @Nullable Object> parameters,
            Class<T> type) {
        Query query = entityManager.createNativeQuery(sql, String.class);
        parameters.forEach(query::setParameter);
        List<String> rows = query.getResultList();
        return rows.stream().map(row -> parse(row, type)).toList();
    }

    private static <T> T parse(String row, Class<T> type) {
        try {
            return Json.strictMapper().readValue(row, type);
        } catch (JsonProcessingException ours) {
            throw new IllegalStateException("A stored row does not fit " + type.getName() + ".", ours);
        }
    }
}
