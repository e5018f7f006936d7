package io.sluice.database;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The conditions of a list that callers may filter: those that were given a value. Used by one thread. */
public final class Conditions {
    private final List<String> texts = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    /**
     * Adds a condition.
     *
     * @param condition JPQL that names {@code :parameter}; written by us, never by a caller
     * @param value what the parameter stands for; null leaves the condition out
     */
    public Conditions and(String condition, String parameter, @Nullable Object value) {
        if (value != null) {
            texts.add(condition);
            values.put(parameter, value);
        }
        return this;
    }

    /** The query {@code select … where … order by …} with its parameters set. */
    public <T> TypedQuery<T> query(EntityManager entityManager, String select, String orderBy, Class<T> type) {
        String where = texts.isEmpty() ? "" : " where " + String.join(" and ", texts);
        TypedQuery<T> query = entityManager.createQuery(select + where + " order by " + orderBy, type);
        values.forEach(query::setParameter);
        return query;
    }
}
