package io.sluice.webhooks;

import io.sluice.database.Conditions;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import io.sluice.secrets.Sealed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class WebhookRepository {
    private static final String TEXTS = "array(select jsonb_array_elements_text(cast(:events as jsonb)))";

    private static final String INSERT = """
            insert into webhooks (project_id, url, events, description, status, disabled_reason, disabled_at)
            values (:project, :url, %s, :description, case when :enabled then 'enabled' else 'disabled' end,
                    case when :enabled then null else 'user' end, case when :enabled then null else sluice_now() end)
            returning *
            """.formatted(TEXTS);

    /**
     * One that a person switches off stays off: its receiver is not looked at any more. Of one that is gone the reason is
     * kept, because nothing but a person enables it either.
     */
    private static final String UPDATE = """
            update webhooks
            set url = :url, events = %s, description = :description,
                status = case when :enabled then 'enabled' else 'disabled' end,
                disabled_reason = case
                    when :enabled then null
                    when disabled_reason = 'gone' then 'gone'
                    else 'user'
                end,
                disabled_at = case when :enabled then null else coalesce(disabled_at, sluice_now()) end,
                exhausted = case when :afresh then 0 else exhausted end,
                standing = case when :afresh or url <> :url then 'new' else standing end,
                probes = case when :enabled then 0 else probes end,
                probe_at = null,
                version = version + 1, updated_at = sluice_now()
            where id = :id
            """.formatted(TEXTS);

    private static final String SILENCE = """
            update webhooks
            set status = 'disabled', disabled_reason = 'user', disabled_at = coalesce(disabled_at, sluice_now()),
                probe_at = null, version = version + 1, updated_at = sluice_now()
            where id = :id
            """;

    private static final String DELETE = "delete from webhooks where id = :id";

    private static final String DELETE_OF_PROJECT =
            "delete from webhooks where project_id = :project returning cast(id as text)";

    /** The same lock that a change of the project's status takes: no webhook appears beside a deletion. */
    private static final String LOCK_PROJECT = "select status from projects where id = :project for no key update";

    /** The whole installation has no row to lock. */
    private static final String LOCK_INSTALLATION = "select cast(pg_advisory_xact_lock(7164, 25) as text)";

    private static final String COUNT = "select count(*) from webhooks where project_id = :project";

    private static final String COUNT_OF_INSTALLATION = "select count(*) from webhooks where project_id is null";

    /** The one that is replaced signs for another day; one that was replaced before signs no more. */
    private static final String REPLACE_SECRET = """
            with forgotten as (
                delete from webhook_secrets where webhook_id = :webhook and expires_at is not null)
            update webhook_secrets
            set expires_at = sluice_now() + interval '24 hours'
            where webhook_id = :webhook and expires_at is null
            """;

    private static final String INSERT_SECRET = """
            insert into webhook_secrets (webhook_id, master_key_id, sealed) values (:webhook, :key, :sealed)
            """;

    private static final String SECRETS = """
            select master_key_id, sealed
            from webhook_secrets
            where webhook_id = :webhook and (expires_at is null or expires_at > sluice_now())
            order by expires_at desc nulls first
            """;

    @PersistenceContext
    EntityManager entityManager;

    Webhook insert(@Nullable String projectId, WebhookTerms terms) {
        return entityManager
                .unwrap(Session.class)
                .createNativeQuery(INSERT, Webhook.class)
                .setParameter("project", projectId, String.class)
                .setParameter("url", terms.url())
                .setParameter("events", Json.write(terms.events()))
                .setParameter("description", terms.description(), String.class)
                .setParameter("enabled", terms.isEnabled())
                .getSingleResult();
    }

    /** @param afresh whether its failures are forgotten */
    Webhook update(Webhook webhook, WebhookTerms terms, boolean afresh) {
        entityManager
                .unwrap(Session.class)
                .createNativeMutationQuery(UPDATE)
                .setParameter("id", webhook.id())
                .setParameter("url", terms.url())
                .setParameter("events", Json.write(terms.events()))
                .setParameter("description", terms.description(), String.class)
                .setParameter("enabled", terms.isEnabled())
                .setParameter("afresh", afresh)
                .executeUpdate();
        entityManager.detach(webhook);
        return find(webhook.id()).orElseThrow();
    }

    /** It hears of nothing any more, not even as skipped. */
    Webhook silence(Webhook webhook) {
        entityManager
                .createNativeQuery(SILENCE)
                .setParameter("id", webhook.id())
                .executeUpdate();
        entityManager.detach(webhook);
        return find(webhook.id()).orElseThrow();
    }

    void delete(UUID id) {
        entityManager.createNativeQuery(DELETE).setParameter("id", id).executeUpdate();
    }

    /** The ids of those that were removed. */
    @SuppressWarnings("unchecked")
    List<String> deleteOf(String projectId) {
        return entityManager
                .createNativeQuery(DELETE_OF_PROJECT, String.class)
                .setParameter("project", projectId)
                .getResultList();
    }

    /** The project's status, which nobody changes until the transaction ends; empty for one that does not exist. */
    Optional<String> lockProject(String projectId) {
        return entityManager
                .unwrap(Session.class)
                .createNativeQuery(LOCK_PROJECT, String.class)
                .setParameter("project", projectId)
                .uniqueResultOptional();
    }

    void lockInstallation() {
        entityManager.createNativeQuery(LOCK_INSTALLATION).getResultList();
    }

    long count(@Nullable String projectId) {
        Session session = entityManager.unwrap(Session.class);
        return projectId == null
                ? session.createNativeQuery(COUNT_OF_INSTALLATION, Long.class).getSingleResult()
                : session.createNativeQuery(COUNT, Long.class)
                        .setParameter("project", projectId)
                        .getSingleResult();
    }

    Optional<Webhook> find(UUID id) {
        return Optional.ofNullable(entityManager.find(Webhook.class, id));
    }

    /** Reads the current row and keeps it from changing until the transaction ends. */
    Optional<Webhook> lock(UUID id) {
        return entityManager
                .createQuery("select w from Webhook w where w.id = :id", Webhook.class)
                .setParameter("id", id)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultStream()
                .findFirst();
    }

    Page<Webhook> list(@Nullable String projectId, int limit, @Nullable String cursor) {
        Conditions conditions = new Conditions()
                .and("w.projectId = :project", "project", projectId)
                .and("w.id < :after", "after", Cursor.id(cursor));
        if (projectId == null) {
            conditions.and("w.projectId is null");
        }
        return Page.cut(
                conditions
                        .query(entityManager, "select w from Webhook w", "w.id desc", Webhook.class)
                        .setMaxResults(limit + 1)
                        .getResultList(),
                limit,
                webhook -> Cursor.of(webhook.id()));
    }

    void insertSecret(UUID webhookId, Sealed secret) {
        entityManager
                .createNativeQuery(REPLACE_SECRET)
                .setParameter("webhook", webhookId)
                .executeUpdate();
        entityManager
                .createNativeQuery(INSERT_SECRET)
                .setParameter("webhook", webhookId)
                .setParameter("key", secret.keyId())
                .setParameter("sealed", secret.bytes())
                .executeUpdate();
    }

    @SuppressWarnings("unchecked")
    List<Sealed> secrets(UUID webhookId) {
        List<Object[]> rows = entityManager
                .createNativeQuery(SECRETS)
                .setParameter("webhook", webhookId)
                .getResultList();
        return rows.stream()
                .map(row -> new Sealed((String) row[0], (byte[]) row[1]))
                .toList();
    }
}
