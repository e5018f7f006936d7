package io.sluice.webhooks.delivery;

import io.sluice.webhooks.DeliveryQueue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Deliveries and looks at webhooks that are long due and that no job carries. A delivery and its next job are written
 * together, so whoever is missed by one look at the jobs has none.
 */
@ApplicationScoped
class StrandedRepository {
    private static final String LIVE = """
            live as materialized (
                select payload ->> 'delivery_id' as delivery
                from jobs
                where type = 'deliver_webhook' and status in ('pending', 'running'))
            """;

    /** What changed since the look was not stranded: its due time is compared again. */
    private static final String GIVE_UP = "with " + LIVE + """
            update webhook_deliveries
            set status = 'failed', completed_at = sluice_now(), next_attempt_at = null
            where status = 'pending' and next_attempt_at < sluice_now() - interval '10 minutes'
                and not exists (select from live where live.delivery = cast(webhook_deliveries.id as text))
            """;

    /** By the latest delivery that was given up, as the first look was. */
    private static final String PROBES = "with " + LIVE + """
            , unwatched as materialized (
                select webhooks.id, webhooks.project_id
                from webhooks
                where disabled_reason = 'exhausted' and probe_at < sluice_now() - interval '10 minutes'
                    and not exists (
                        select from live
                            join webhook_deliveries on cast(webhook_deliveries.id as text) = live.delivery
                        where webhook_deliveries.webhook_id = webhooks.id and webhook_deliveries.status = 'failed'))
            select latest.id, unwatched.id, unwatched.project_id, latest.attempts
            from unwatched
                cross join lateral (
                    select id, attempts
                    from webhook_deliveries
                    where webhook_id = unwatched.id and status = 'failed' and event_id is not null
                    order by id desc
                    limit 1) latest
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** How many were given up; that says nothing about their receivers. */
    int giveUp() {
        return entityManager.createNativeQuery(GIVE_UP).executeUpdate();
    }

    /** The looks that were to be made by now and that nobody makes. */
    @SuppressWarnings("unchecked")
    List<DeliveryQueue.Try> probes() {
        List<Object[]> rows = entityManager.createNativeQuery(PROBES).getResultList();
        return rows.stream()
                .map(row -> new DeliveryQueue.Try(
                        (UUID) row[0],
                        (UUID) row[1],
                        (String) row[2],
                        ((Number) row[3]).intValue() + 1,
                        "failing",
                        true,
                        Duration.ZERO))
                .toList();
    }
}
