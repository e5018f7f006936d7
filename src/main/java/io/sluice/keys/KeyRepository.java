package io.sluice.keys;

import io.sluice.database.Conditions;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.secrets.KeyedHash;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.query.TypedParameterValue;
import org.hibernate.type.StandardBasicTypes;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class KeyRepository {
    /** The same lock that a change of the project's status takes: no key appears beside it. */
    private static final String LOCK_PROJECT =
            "select status, environment from projects where id = :project for no key update";

    private static final String INSERT = """
            insert into api_keys
                (id, project_id, family, name, environment, scopes, prefix, hash, master_key_id, created_by, expires_at)
            select fresh.id, :project, fresh.id, :name, :environment, string_to_array(:scopes, ','), :prefix, :hash,
                :masterKeyId, :createdBy, :expiresAt
            from (select sluice_uuid() as id) fresh
            returning cast(id as text)
            """;

    /** One statement: the old key's end and the new key's beginning are never seen without each other. */
    private static final String REPLACE = """
            with old as materialized (
                select * from api_keys where id = :id for update),
            fresh as materialized (
                select sluice_uuid() as id),
            replaced as (
                update api_keys keys
                set rotated_at = sluice_now(), replaced_by = fresh.id,
                    expires_at = least(keys.expires_at, sluice_now() + make_interval(secs => :grace))
                from old, fresh
                where keys.id = old.id and keys.revoked_at is null and keys.replaced_by is null
                    and (keys.expires_at is null or keys.expires_at > sluice_now())
                returning keys.id)
            insert into api_keys
                (id, project_id, family, name, environment, scopes, prefix, hash, master_key_id, created_by, expires_at)
            select fresh.id, old.project_id, old.family, old.name, old.environment, old.scopes, :prefix, :hash,
                :masterKeyId, :createdBy, old.expires_at
            from old, fresh, replaced
            returning cast(id as text)
            """;

    private static final String IS_PAST = "select :at <= sluice_now()";

    private static final String LIVE = """
            select count(*) from api_keys
            where project_id = :project and revoked_at is null and replaced_by is null
                and (expires_at is null or expires_at > sluice_now())
            """;

    private static final String GENERATIONS = """
            select count(*) from api_keys
            where family = (select family from api_keys where id = :id) and revoked_at is null
                and (expires_at is null or expires_at > sluice_now())
            """;

    private static final String REVOKE = """
            update api_keys set revoked_at = sluice_now(), revoked_by = :by
            where id = :id and revoked_at is null
            """;

    private static final String REVOKE_ALL = """
            update api_keys set revoked_at = sluice_now(), revoked_by = :by
            where project_id = :project and revoked_at is null and (expires_at is null or expires_at > sluice_now())
            returning cast(id as text)
            """;

    private static final String EXPIRE = """
            with due as (
                select id from api_keys
                where expires_at <= sluice_now() and expiry_told_at is null and revoked_at is null
                order by expires_at
                limit :most
                for update skip locked)
            update api_keys keys set expiry_told_at = sluice_now()
            from due
            where keys.id = due.id
            returning cast(keys.id as text)
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** What a new key needs to know of its project. */
    record Home(String status, String environment) {}

    /** Reads the project, whose status cannot change until the transaction ends; its keys are made one after another. */
    Optional<Home> lockProject(String projectId) {
        List<?> rows = entityManager
                .createNativeQuery(LOCK_PROJECT)
                .setParameter("project", projectId)
                .getResultList();
        return rows.stream()
                .map(Object[].class::cast)
                .map(row -> new Home((String) row[0], (String) row[1]))
                .findFirst();
    }

    UUID insert(String projectId, String environment, NewKey key, NewSecret secret, String createdBy) {
        Query insert = entityManager
                .createNativeQuery(INSERT)
                .setParameter("project", projectId)
                .setParameter("name", key.name())
                .setParameter("environment", environment)
                .setParameter("scopes", String.join(",", key.scopes()))
                .setParameter("createdBy", createdBy)
                .setParameter("expiresAt", new TypedParameterValue<>(StandardBasicTypes.INSTANT, key.expiresAt()));
        return UUID.fromString((String) secret.into(insert).getSingleResult());
    }

    /** The id of the new key; empty if the old one is revoked, expired or replaced already. */
    Optional<UUID> replace(UUID id, Duration grace, NewSecret secret, String createdBy) {
        Query replace = entityManager
                .createNativeQuery(REPLACE)
                .setParameter("id", id)
                .setParameter("grace", (double) grace.toSeconds())
                .setParameter("createdBy", createdBy);
        return ids(secret.into(replace)).stream().findFirst();
    }

    /** The hash and the visible part of a key that is being made. */
    record NewSecret(String prefix, KeyedHash hash) {
        Query into(Query statement) {
            return statement
                    .setParameter("prefix", prefix)
                    .setParameter("hash", hash.hash())
                    .setParameter("masterKeyId", hash.keyId());
        }
    }

    boolean isPast(Instant at) {
        return (Boolean)
                entityManager.createNativeQuery(IS_PAST).setParameter("at", at).getSingleResult();
    }

    long live(String projectId) {
        return count(entityManager.createNativeQuery(LIVE).setParameter("project", projectId));
    }

    /** How many keys of this one's row of rotations work. */
    long generations(UUID id) {
        return count(entityManager.createNativeQuery(GENERATIONS).setParameter("id", id));
    }

    boolean revoke(UUID id, String by) {
        return entityManager
                        .createNativeQuery(REVOKE)
                        .setParameter("id", id)
                        .setParameter("by", by)
                        .executeUpdate()
                == 1;
    }

    /** The keys of the project that worked until now. */
    List<UUID> revokeAll(String projectId, String by) {
        return ids(entityManager
                .createNativeQuery(REVOKE_ALL)
                .setParameter("project", projectId)
                .setParameter("by", by));
    }

    /** Notices some keys whose time is over, each once, and leaves those that another transaction is at. */
    List<UUID> noticeExpired(int most) {
        return ids(entityManager.createNativeQuery(EXPIRE).setParameter("most", most));
    }

    /** The key as it is now, whatever was read before in this transaction. */
    Optional<ApiKey> find(UUID id) {
        return named(List.of(id)).stream().findFirst();
    }

    /** Keys as they are now, by id. */
    List<ApiKey> named(Collection<UUID> ids) {
        List<ApiKey> keys = entityManager
                .createQuery("select k from ApiKey k where k.id in (:ids) order by k.id", ApiKey.class)
                .setParameter("ids", ids)
                .getResultList();
        keys.forEach(entityManager::detach);
        return keys;
    }

    Page<ApiKey> list(String projectId, @Nullable String status, int limit, @Nullable String cursor) {
        return Page.cut(
                new Conditions()
                        .and("k.projectId = :project", "project", projectId)
                        .and("k.status = :status", "status", status)
                        .and("k.id < :after", "after", Cursor.id(cursor))
                        .query(entityManager, "select k from ApiKey k", "k.id desc", ApiKey.class)
                        .setMaxResults(limit + 1)
                        .getResultList(),
                limit,
                key -> Cursor.of(key.id()));
    }

    private static long count(Query query) {
        return ((Number) query.getSingleResult()).longValue();
    }

    private static List<UUID> ids(Query query) {
        List<?> rows = query.getResultList();
        return rows.stream().map(row -> UUID.fromString((String) row)).toList();
    }
}
