package io.sluice.events;

import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class EventRepository {
    private static final String INSERT = """
            with items as materialized (
                select sluice_uuid() as id, sluice_now() as occurred_at, e.place, n.*
                from jsonb_array_elements(cast(:events as jsonb)) with ordinality as e (event, place)
                cross join lateral jsonb_to_record(e.event) as n (type text, project_id text, data jsonb)
                order by e.place
            ),
            inserted as (
                insert into events (id, type, project_id, occurred_at, data, request_id)
                select id, type, project_id, occurred_at, data, :requestId from items order by place
            )
            select id, occurred_at from items order by place
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** What was stored for each, in the same order. */
    @SuppressWarnings("unchecked")
    List<StoredEvent> insert(List<NewEvent> news, @Nullable String requestId) {
        List<Row> rows = news.stream()
                .map(each -> new Row(each.type().name(), each.projectId(), each.data()))
                .toList();
        List<Tuple> stored = entityManager
                .createNativeQuery(INSERT, Tuple.class)
                .setParameter("events", Json.write(rows))
                .setParameter("requestId", requestId)
                .getResultList();
        return stored.stream()
                .map(row -> new StoredEvent(row.get("id", UUID.class), row.get("occurred_at", Instant.class)))
                .toList();
    }

    private record Row(String type, @Nullable String projectId, Record data) {}
}
