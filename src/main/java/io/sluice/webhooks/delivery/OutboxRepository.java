package io.sluice.webhooks.delivery;

import io.sluice.json.Json;
import io.sluice.webhooks.DeliveryQueue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class OutboxRepository {
    private static final String ANYBODY = "select exists (select from webhooks)";

    /**
     * What a webhook missed while its receiver was unwell is kept as skipped: it can be sent later. The lock, which the
     * foreign key would take too late, waits for a deletion and leaves out what is gone then.
     */
    private static final String INSERT = """
            with news as materialized (
                select e.place, n.*
                from jsonb_array_elements(cast(:messages as jsonb)) with ordinality as e (message, place)
                cross join lateral jsonb_to_record(e.message) as n
                    (event_id uuid, type text, project_id text, request_id text, patterns text[], body text)),
            heard as materialized (
                select sluice_uuid() as id, w.id as webhook_id, w.project_id as owner, w.status, w.standing, n.place,
                    n.event_id, n.type, n.project_id, n.request_id, n.body
                from news n
                    join webhooks w on w.events && n.patterns and (w.project_id is null or w.project_id = n.project_id)
                where w.status = 'enabled' or w.disabled_reason = 'exhausted'
                order by n.place
                for key share of w),
            inserted as (
                insert into webhook_deliveries
                    (id, webhook_id, event_id, event_type, project_id, body, status, most_tries, next_attempt_at,
                     completed_at, request_id)
                select id, webhook_id, event_id, type, project_id, body,
                    case when status = 'enabled' then 'pending' else 'skipped' end, :tries,
                    case when status = 'enabled' then sluice_now() end,
                    case when status = 'enabled' then null else sluice_now() end, request_id
                from heard)
            select id, webhook_id, owner, standing
            from heard
            where status = 'enabled'
            order by place
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** An event as webhooks see it. */
    record Message(
            UUID eventId,
            String type,
            @Nullable String projectId,
            @Nullable String requestId,
            List<String> patterns,
            String body) {}

    boolean anybodyListens() {
        return (Boolean) entityManager.createNativeQuery(ANYBODY).getSingleResult();
    }

    /** Writes a delivery for everybody who listens; says which first tries follow. */
    @SuppressWarnings("unchecked")
    List<DeliveryQueue.Try> insert(List<Message> messages) {
        List<Object[]> rows = entityManager
                .createNativeQuery(INSERT)
                .setParameter("messages", Json.write(messages))
                .setParameter("tries", Schedule.TRIES)
                .getResultList();
        return rows.stream()
                .map(row -> new DeliveryQueue.Try(
                        (UUID) row[0], (UUID) row[1], (String) row[2], 1, (String) row[3], false, Duration.ZERO))
                .toList();
    }
}
