package io.sluice.events;

import io.sluice.events.EventFeed.Placed;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

@ApplicationScoped
class FeedRepository {
    private static final String HAS_NEWS = """
            select exists (select from events where position is null)
                or exists (select from events where position > :position)
            """;

    /**
     * The lock lasts until the commit, so numbers become visible in their order. Rows that the node before has just
     * numbered are looked at again when they are locked, and left alone.
     */
    private static final String NUMBER = """
            with turn as materialized (
                select pg_try_advisory_xact_lock(hashtext('events numbering')) as mine
            ),
            fresh as materialized (
                select id from events
                where position is null and (select mine from turn)
                order by id
                limit :most
                for update skip locked
            ),
            numbers as materialized (
                select id, nextval('event_positions') as position from fresh
            )
            update events e set position = n.position from numbers n where e.id = n.id
            """;

    private static final String AFTER = """
            select position, id, type, project_id, occurred_at, cast(data as text) as data, request_id
            from events
            where position > :position
            order by position
            limit :most
            """;

    /** The sequence knows it even after all events have been removed; a number drawn in vain is one that nobody has. */
    private static final String END = """
            select coalesce((select max(position) from events where position is not null),
                            (select case when is_called then last_value else 0 end from event_positions))
            """;

    private static final String REMOVED = """
            select coalesce((select min(position) - 1 from events where position is not null),
                            (select case when is_called then last_value else 0 end from event_positions))
            """;

    private static final String TELL = "select cast(pg_notify(:channel, '') as text)";

    @PersistenceContext
    EntityManager entityManager;

    boolean hasNews(long position) {
        return (boolean) entityManager
                .createNativeQuery(HAS_NEWS)
                .setParameter("position", position)
                .getSingleResult();
    }

    int number(int most) {
        return entityManager
                .createNativeQuery(NUMBER)
                .setParameter("most", most)
                .executeUpdate();
    }

    @SuppressWarnings("unchecked")
    List<Placed> after(long position, int most) {
        List<Tuple> rows = entityManager
                .createNativeQuery(AFTER, Tuple.class)
                .setParameter("position", position)
                .setParameter("most", most)
                .getResultList();
        return rows.stream().map(FeedRepository::placed).toList();
    }

    long end() {
        return ((Number) entityManager.createNativeQuery(END).getSingleResult()).longValue();
    }

    long removed() {
        return ((Number) entityManager.createNativeQuery(REMOVED).getSingleResult()).longValue();
    }

    void tell(String channel) {
        entityManager.createNativeQuery(TELL).setParameter("channel", channel).getSingleResult();
    }

    private static Placed placed(Tuple row) {
        return new Placed(
                row.get("position", Number.class).longValue(),
                new Event(
                        row.get("id", UUID.class),
                        row.get("type", String.class),
                        row.get("project_id", String.class),
                        row.get("occurred_at", Instant.class),
                        Json.readObject(row.get("data", String.class)),
                        row.get("request_id", String.class)));
    }
}
