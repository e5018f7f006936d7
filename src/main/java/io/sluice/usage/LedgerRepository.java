package io.sluice.usage;

import io.sluice.json.Json;
import io.sluice.usage.EventCheck.Candidate;
import io.sluice.usage.EventCheck.EventKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.Session;

@ApplicationScoped
class LedgerRepository {
    /** Held shared by everybody who counts, alone by whoever changes how things are counted. */
    private static final String ENTER = "select 1 from pg_advisory_xact_lock_shared(7164, 1)";

    private static final String STOP_COUNTING = "select 1 from pg_advisory_xact_lock(7164, 1)";

    private static final String HEAD = """
            select cast(extract(epoch from sluice_now()) * 1000000 as bigint),
                   cast(arrival_month as text),
                   cast(date_trunc('month', (sluice_now() - interval '35 days') at time zone 'UTC') as date) || '',
                   arrival_month >= date_trunc('month', sluice_now() at time zone 'UTC')
                       and to_regclass('usage_events_'
                           || to_char(sluice_now() at time zone 'UTC', 'YYYYMM')) is not null
            from usage_arrivals
            """;

    private static final String PREPARE_MONTH = "select 1 from sluice_prepare_usage_month()";

    /** Ordered, so that two calls with the same new ids wait for each other instead of both ending in a deadlock. */
    private static final String INSERT = """
            insert into usage_events
                (project_id, event_id, arrival_month, metric, quantity, occurred_at, time_given)
            select project_id, event_id, cast(:month as date), metric, quantity, occurred_at, time_given
            from jsonb_to_recordset(cast(:events as jsonb)) as event
                (project_id text, event_id text, metric text, quantity bigint, occurred_at timestamptz,
                 time_given boolean)
            where (select true
                   from usage_events earlier
                   where earlier.project_id = event.project_id
                     and earlier.event_id = event.event_id
                     and earlier.arrival_month >= cast(:oldest as date)
                     and earlier.arrival_month < cast(:month as date)
                   limit 1) is null
            order by project_id collate "C", event_id collate "C"
            on conflict (project_id, event_id, arrival_month) do nothing
            returning project_id, event_id
            """;

    private static final String STORED = """
            select stored.project_id, stored.event_id, stored.metric, stored.quantity,
                   cast(extract(epoch from stored.occurred_at) * 1000000 as bigint), stored.time_given
            from jsonb_to_recordset(cast(:keys as jsonb)) as key (project_id text, event_id text)
            cross join lateral (select *
                                from usage_events
                                where project_id = key.project_id
                                  and event_id = key.event_id
                                  and arrival_month between cast(:oldest as date) and cast(:month as date)
                                limit 1) as stored
            """;

    private static final String DELETE = """
            delete from usage_events
            using jsonb_to_recordset(cast(:keys as jsonb)) as key (project_id text, event_id text)
            where usage_events.project_id = key.project_id
              and usage_events.event_id = key.event_id
              and usage_events.arrival_month = cast(:month as date)
            """;

    @PersistenceContext
    EntityManager entityManager;

    /**
     * Where the ledger stands.
     *
     * @param month the arrival month of new events
     * @param oldest the first arrival month in which an id may still be repeated
     * @param prepared whether the present month can be written
     */
    record Head(Instant now, String month, String oldest, boolean prepared) {}

    /** An event as it is kept. */
    record Stored(String metric, long quantity, Instant occurredAt, boolean timeGiven) {}

    private record EventRow(
            String projectId, String eventId, String metric, long quantity, Instant occurredAt, boolean timeGiven) {
        static EventRow of(Candidate event) {
            return new EventRow(
                    event.key().projectId(),
                    event.key().eventId(),
                    event.metric(),
                    event.quantity(),
                    event.occurredAt(),
                    event.timeGiven());
        }
    }

    /** Lets this transaction count, and keeps zones, aggregations and the month from changing until it ends. */
    Head enter() {
        entityManager
                .unwrap(Session.class)
                .createNativeQuery(ENTER, Integer.class)
                .getSingleResult();
        // A statement of its own: it must see what was committed while the lock was waited for.
        return head();
    }

    /** Where the ledger stands at this moment; whoever has not entered it must not rely on it. */
    Head head() {
        Object[] head = entityManager
                .unwrap(Session.class)
                .createNativeQuery(HEAD, Object[].class)
                .getSingleResult();
        return new Head(instant(head[0]), (String) head[1], (String) head[2], (boolean) head[3]);
    }

    /** Waits until nobody counts, and keeps everybody from it until this transaction ends. */
    void stopCounting() {
        entityManager
                .unwrap(Session.class)
                .createNativeQuery(STOP_COUNTING, Integer.class)
                .getSingleResult();
    }

    void prepareMonth() {
        entityManager
                .unwrap(Session.class)
                .createNativeQuery(PREPARE_MONTH, Integer.class)
                .getSingleResult();
    }

    /** Writes the events whose ids are new and returns their keys. */
    Set<EventKey> insert(Collection<Candidate> events, Head head) {
        List<Object[]> rows = entityManager
                .unwrap(Session.class)
                .createNativeQuery(INSERT, Object[].class)
                .setParameter("month", head.month())
                .setParameter("oldest", head.oldest())
                .setParameter(
                        "events", Json.write(events.stream().map(EventRow::of).toList()))
                .getResultList();
        Set<EventKey> inserted = new HashSet<>();
        rows.forEach(row -> inserted.add(new EventKey((String) row[0], (String) row[1])));
        return inserted;
    }

    /** What is kept under the keys. */
    Map<EventKey, Stored> stored(Collection<EventKey> keys, Head head) {
        List<Object[]> rows = entityManager
                .unwrap(Session.class)
                .createNativeQuery(STORED, Object[].class)
                .setParameter("month", head.month())
                .setParameter("oldest", head.oldest())
                .setParameter("keys", Json.write(keys))
                .getResultList();
        Map<EventKey, Stored> stored = new HashMap<>();
        for (Object[] row : rows) {
            stored.put(
                    new EventKey((String) row[0], (String) row[1]),
                    new Stored((String) row[2], (long) row[3], instant(row[4]), (boolean) row[5]));
        }
        return stored;
    }

    /** Takes back events that this transaction wrote. */
    void delete(Collection<EventKey> keys, Head head) {
        entityManager
                .createNativeQuery(DELETE)
                .setParameter("keys", Json.write(keys))
                .setParameter("month", head.month())
                .executeUpdate();
    }

    static Instant instant(Object microseconds) {
        return Instant.EPOCH.plus((long) microseconds, ChronoUnit.MICROS);
    }
}
