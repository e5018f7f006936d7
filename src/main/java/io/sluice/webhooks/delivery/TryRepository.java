package io.sluice.webhooks.delivery;

import io.sluice.outbound.OutboundAnswer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** The statements around one try. Whoever writes locks the webhook first, so that two tries never wait for each other. */
@ApplicationScoped
class TryRepository {
    private static final String FIND = """
            select d.id, d.webhook_id, w.project_id, w.url, d.body, d.request_id, d.event_id is null, d.tries,
                d.most_tries, clock_timestamp(), d.status, d.attempts, w.status, w.standing,
                coalesce(w.disabled_reason, '')
            from webhook_deliveries d
                join webhooks w on w.id = d.webhook_id
            where d.id = :id
            """;

    private static final String LOCK = "select 1 from webhooks where id = :id for no key update";

    private static final String SKIP = """
            update webhook_deliveries
            set status = 'skipped', completed_at = sluice_now(), next_attempt_at = null
            where id = :id and status = 'pending'
            """;

    /** Guarded by the number of the try: of two jobs that made the same one, one records it. */
    private static final String END = """
            update webhook_deliveries
            set attempts = attempts + 1, tries = tries + 1,
                status = :status,
                next_attempt_at = sluice_now() + make_interval(secs => cast(:wait as double precision)),
                completed_at = case when :status = 'pending' then null else sluice_now() end
            where id = :id and attempts = :attempt - 1 and (status = 'pending' or :probe and status = 'failed')
            """;

    private static final String INSERT_ATTEMPT = """
            insert into webhook_attempts
                (delivery_id, attempt, job_id, started_at, duration_ms, http_status, failure, detail, response)
            values (:delivery, :attempt, :job, sluice_now() - make_interval(secs => :ms / 1000.0), :ms, :status, :failure,
                    :detail, :response)
            """;

    private static final String WELL = """
            update webhooks
            set standing = 'good', exhausted = 0, probes = 0, probe_at = null, disabled_reason = null, disabled_at = null,
                version = case when status = 'disabled' then version + 1 else version end, status = 'enabled'
            where id = :id and (standing <> 'good' or exhausted > 0 or status = 'disabled')
                and (status = 'enabled' or disabled_reason = 'exhausted')
            """;

    private static final String FAILING =
            "update webhooks set standing = 'failing' where id = :id and standing <> 'failing'";

    private static final String EXHAUSTED = """
            update webhooks
            set exhausted = exhausted + 1, standing = case when :failing then 'failing' else standing end
            where id = :id
            returning exhausted
            """;

    private static final String DISABLE = """
            update webhooks
            set status = 'disabled', disabled_reason = :reason, disabled_at = sluice_now(), probes = 0,
                probe_at = sluice_now() + make_interval(secs => cast(:probe as double precision)),
                version = version + 1, updated_at = sluice_now()
            where id = :id and status = 'enabled'
            """;

    private static final String PROBED = "update webhooks set probes = probes + 1 where id = :id returning probes";

    private static final String PROBE_IN = """
            update webhooks
            set probe_at = sluice_now() + make_interval(secs => cast(:probe as double precision))
            where id = :id
            """;

    @PersistenceContext
    EntityManager entityManager;

    /**
     * A delivery and the state of its webhook.
     *
     * @param status the delivery's
     * @param disabledReason empty while the webhook is enabled
     */
    record Found(
            Message message, String status, int attempts, boolean disabled, boolean failing, String disabledReason) {
        /** Whether it is the one by which its disabled webhook is looked at. */
        boolean isProbed() {
            return status.equals("failed") && disabledReason.equals("exhausted");
        }
    }

    @SuppressWarnings("unchecked")
    Optional<Found> find(UUID deliveryId) {
        List<Object[]> rows = entityManager
                .createNativeQuery(FIND)
                .setParameter("id", deliveryId)
                .getResultList();
        return rows.stream().findFirst().map(TryRepository::found);
    }

    private static Found found(Object[] row) {
        Message message = new Message(
                (UUID) row[0],
                (UUID) row[1],
                (String) row[2],
                (String) row[3],
                (String) row[4],
                (String) row[5],
                (Boolean) row[6],
                ((Number) row[7]).intValue(),
                ((Number) row[8]).intValue(),
                (Instant) row[9],
                List.of());
        return new Found(
                message,
                (String) row[10],
                ((Number) row[11]).intValue(),
                row[12].equals("disabled"),
                row[13].equals("failing"),
                (String) row[14]);
    }

    /** Whether the webhook still exists; it stays as it is until the transaction ends. */
    boolean lockWebhook(UUID id) {
        return !entityManager
                .createNativeQuery(LOCK)
                .setParameter("id", id)
                .getResultList()
                .isEmpty();
    }

    void skip(UUID deliveryId) {
        entityManager.createNativeQuery(SKIP).setParameter("id", deliveryId).executeUpdate();
    }

    /** Whether this try is the one that counts. */
    boolean end(DeliverWebhook payload, Ending ending, @Nullable Duration wait) {
        String status = switch (ending) {
            case DELIVERED -> "delivered";
            case RETRIED -> "pending";
            default -> "failed";
        };
        return entityManager
                        .unwrap(Session.class)
                        .createNativeMutationQuery(END)
                        .setParameter("id", payload.deliveryId())
                        .setParameter("attempt", payload.attempt())
                        .setParameter("probe", payload.isProbe())
                        .setParameter("status", status)
                        .setParameter("wait", seconds(wait), Double.class)
                        .executeUpdate()
                == 1;
    }

    void insertAttempt(DeliverWebhook payload, Message message, OutboundAnswer answer, UUID jobId) {
        OutboundAnswer.Failure failure = answer.failure();
        entityManager
                .unwrap(Session.class)
                .createNativeMutationQuery(INSERT_ATTEMPT)
                .setParameter("delivery", message.deliveryId())
                .setParameter("attempt", payload.attempt())
                .setParameter("job", jobId)
                .setParameter("ms", (int) answer.duration().toMillis())
                .setParameter("status", answer.status(), Integer.class)
                .setParameter("failure", failure == null ? null : failure.name().toLowerCase(Locale.ROOT), String.class)
                .setParameter("detail", answer.detail(), String.class)
                .setParameter("response", answer.excerpt())
                .executeUpdate();
    }

    /** The receiver took something; whether that enabled a disabled webhook. */
    boolean well(UUID webhookId) {
        boolean disabled = (Boolean) entityManager
                .createNativeQuery("select status = 'disabled' from webhooks where id = :id")
                .setParameter("id", webhookId)
                .getSingleResult();
        int changed = update(WELL, webhookId).executeUpdate();
        return disabled && changed == 1;
    }

    void failing(UUID webhookId) {
        update(FAILING, webhookId).executeUpdate();
    }

    /** One more delivery was given up; how many in a row that makes. */
    int exhausted(UUID webhookId, boolean failing) {
        return number(update(EXHAUSTED, webhookId).setParameter("failing", failing));
    }

    /** Whether the webhook was enabled until now. */
    boolean disable(UUID webhookId, String reason, @Nullable Duration probe) {
        return entityManager
                        .unwrap(Session.class)
                        .createNativeMutationQuery(DISABLE)
                        .setParameter("id", webhookId)
                        .setParameter("reason", reason)
                        .setParameter("probe", seconds(probe), Double.class)
                        .executeUpdate()
                == 1;
    }

    /** One more look found the receiver unwell; how many that makes. */
    int probed(UUID webhookId) {
        return number(update(PROBED, webhookId));
    }

    void probeIn(UUID webhookId, @Nullable Duration wait) {
        entityManager
                .unwrap(Session.class)
                .createNativeMutationQuery(PROBE_IN)
                .setParameter("id", webhookId)
                .setParameter("probe", seconds(wait), Double.class)
                .executeUpdate();
    }

    private Query update(String statement, UUID webhookId) {
        return entityManager.createNativeQuery(statement).setParameter("id", webhookId);
    }

    private static int number(Query returning) {
        return ((Number) returning.getSingleResult()).intValue();
    }

    private static @Nullable Double seconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis() / 1000.0;
    }
}
