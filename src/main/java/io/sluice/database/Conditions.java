package io.sluice.database;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The conditions of a list that callers may filter: those that were given a value. Used by one thread. */
public final class Conditions {
    /** As far as the clocks may be apart that made the id and the instant. */
    private static final Duration CLOCKS = Duration.ofHours(1);

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

    /** Adds a condition without a value. */
    public Conditions and(String condition) {
        texts.add(condition);
        return this;
    }

    /**
     * Rows that were made from an instant on, and whose ids begin with the time at which {@code sluice_uuid} made them: read
     * along the ids, so that the list needs no index by time.
     *
     * @param row how the query names a row
     * @param instant its attribute that holds when it was made; no later than its id
     * @param from first instant included; null: since ever
     */
    public Conditions madeFrom(String row, String instant, @Nullable Instant from) {
        if (from == null) {
            return this;
        }
        return and(row + "." + instant + " >= :from", "from", from)
                .and(row + ".id >= :firstId", "firstId", idAt(from.minus(CLOCKS)));
    }

    /**
     * Rows that were made before an instant, in the same way. For rows that only we insert: where somebody gives a row an
     * instant of long ago and leaves its id to us, it would be missed.
     *
     * @param instant its attribute that holds when it was made; no earlier than its id but by a statement's time
     * @param to first instant excluded; null: until now
     */
    public Conditions madeBefore(String row, String instant, @Nullable Instant to) {
        if (to == null) {
            return this;
        }
        return and(row + "." + instant + " < :to", "to", to).and(row + ".id < :endId", "endId", idAt(to.plus(CLOCKS)));
    }

    private static UUID idAt(Instant instant) {
        return new UUID(Math.max(instant.toEpochMilli(), 0) << 16, 0);
    }

    /** The query {@code select … where … order by …} with its parameters set. */
    public <T> TypedQuery<T> query(EntityManager entityManager, String select, String orderBy, Class<T> type) {
        String where = texts.isEmpty() ? "" : " where " + String.join(" and ", texts);
        TypedQuery<T> query = entityManager.createQuery(select + where + " order by " + orderBy, type);
        values.forEach(query::setParameter);
        return query;
    }
}
