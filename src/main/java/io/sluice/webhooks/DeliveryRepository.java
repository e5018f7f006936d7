package io.sluice.webhooks;

import io.sluice.audit.Actor;
import io.sluice.database.Conditions;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class DeliveryRepository {
    private static final String INSERT_TEST = """
            insert into webhook_deliveries
                (webhook_id, event_type, project_id, body, status, most_tries, next_attempt_at, request_id)
            values (:webhook, :type, :project, :body, 'pending', 1, sluice_now(), :request)
            returning *
            """;

    private static final String RESTART = """
            update webhook_deliveries d
            set status = 'pending', completed_at = null, tries = 0, most_tries = 5, next_attempt_at = sluice_now()
            from webhooks w
            where d.id = any(array(select cast(value as uuid) from jsonb_array_elements_text(cast(:ids as jsonb))))
                and w.id = d.webhook_id and d.status <> 'pending'
            returning d.id, d.webhook_id, w.project_id, d.attempts, w.standing
            """;

    private static final String ENDED = """
            select id
            from webhook_deliveries
            where webhook_id = :webhook and created_at >= :from
                and created_at < coalesce(cast(:to as timestamptz), 'infinity')
                and status in (select jsonb_array_elements_text(cast(:statuses as jsonb))) and event_id is not null
            order by id
            limit :most
            """;

    private static final String FIGURES = """
            select (select count(*) from webhook_deliveries where status = 'pending'),
                (select count(*) from webhooks where disabled_reason in ('exhausted', 'gone'))
            """;

    @PersistenceContext
    EntityManager entityManager;

    Optional<Delivery> find(UUID id) {
        return Optional.ofNullable(entityManager.find(Delivery.class, id));
    }

    Delivery reread(Delivery delivery) {
        entityManager.detach(delivery);
        return find(delivery.id()).orElseThrow();
    }

    Deliveries.Figures figures() {
        Object[] row = (Object[]) entityManager.createNativeQuery(FIGURES).getSingleResult();
        return new Deliveries.Figures(((Number) row[0]).longValue(), ((Number) row[1]).longValue());
    }

    Instant now() {
        return (Instant) entityManager
                .createNativeQuery("select sluice_now()", Instant.class)
                .getSingleResult();
    }

    Delivery insertTest(Webhook webhook, String body) {
        return entityManager
                .unwrap(Session.class)
                .createNativeQuery(INSERT_TEST, Delivery.class)
                .setParameter("webhook", webhook.id())
                .setParameter("type", WebhookEvents.TEST)
                .setParameter("project", webhook.projectId(), String.class)
                .setParameter("body", body)
                .setParameter("request", Actor.current().requestId(), String.class)
                .getSingleResult();
    }

    /** Begins a new round for those that have ended; says which tries follow. */
    @SuppressWarnings("unchecked")
    List<DeliveryQueue.Try> restart(List<UUID> ids) {
        List<Object[]> rows = entityManager
                .createNativeQuery(RESTART)
                .setParameter("ids", Json.write(ids))
                .getResultList();
        return rows.stream()
                .map(row -> new DeliveryQueue.Try(
                        (UUID) row[0],
                        (UUID) row[1],
                        (String) row[2],
                        ((Number) row[3]).intValue() + 1,
                        (String) row[4],
                        false,
                        Duration.ZERO))
                .toList();
    }

    @SuppressWarnings("unchecked")
    List<UUID> ended(UUID webhookId, Instant from, @Nullable Instant to, List<String> statuses, int most) {
        return entityManager
                .createNativeQuery(ENDED, UUID.class)
                .setParameter("webhook", webhookId)
                .setParameter("from", from)
                .setParameter("to", to == null ? null : to.toString())
                .setParameter("statuses", Json.write(statuses))
                .setParameter("most", most)
                .getResultList();
    }

    Page<Delivery> list(Deliveries.Query query, int limit, @Nullable String cursor) {
        return Page.cut(
                new Conditions()
                        .and("d.webhookId = :webhook", "webhook", query.webhookId())
                        .and("d.status = :status", "status", query.status())
                        .and("d.eventType = :type", "type", query.eventType())
                        .madeFrom("d", "createdAt", query.from())
                        .and("d.createdAt < :to", "to", query.to())
                        .and("d.id < :after", "after", Cursor.id(cursor))
                        .query(entityManager, "select d from Delivery d", "d.id desc", Delivery.class)
                        .setMaxResults(limit + 1)
                        .getResultList(),
                limit,
                delivery -> Cursor.of(delivery.id()));
    }

    List<DeliveryAttempt> attempts(List<UUID> deliveryIds) {
        return deliveryIds.isEmpty()
                ? List.of()
                : entityManager
                        .createQuery(
                                "select a from DeliveryAttempt a where a.deliveryId in (:ids)"
                                        + " order by a.deliveryId, a.attempt",
                                DeliveryAttempt.class)
                        .setParameter("ids", deliveryIds)
                        .getResultList();
    }
}
