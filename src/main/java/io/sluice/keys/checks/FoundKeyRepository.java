package io.sluice.keys.checks;

import io.sluice.secrets.KeyedHash;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class FoundKeyRepository {
    /** The same work for every key that has the form of one: known or not, expired or not. */
    private static final String FIND = """
            select keys.id, keys.project_id, array_to_string(keys.scopes, ',') as scopes, keys.expires_at,
                keys.master_key_id, keys.revoked_at is not null as revoked,
                coalesce(keys.expires_at <= sluice_now(), false) as expired, keys.replaced_by is not null as rotated,
                projects.status as project_status,
                (select suspensions.reason
                 from suspensions
                 where suspensions.project_id = keys.project_id and suspensions.resolved_at is null) as suspension
            from api_keys keys
                join projects on projects.id = keys.project_id
            where keys.hash in (:current, :previous)
            """;

    /** Whoever rotates locks in this order too: the project first, then its key. */
    private static final String LOCK_PROJECT = "select id from projects where id = :project for no key update";

    private static final String FIND_LOCKED = FIND + "for no key update of keys";

    private static final String REHASH = """
            update api_keys set hash = :hash, master_key_id = :masterKeyId
            where id = :id and master_key_id <> :masterKeyId
            """;

    private static final String MARK_LEAKED =
            "update api_keys set leaked_at = sluice_now() where id = :id and leaked_at is null";

    private static final String SHORTEN = """
            update api_keys set expires_at = sluice_now() + make_interval(secs => :grace)
            where id = :id and revoked_at is null and expires_at > sluice_now() + make_interval(secs => :grace)
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** Finds the key by its hashes, one or two: under the current and the previous master key. */
    Optional<FoundKey> find(List<KeyedHash> hashes) {
        return find(FIND, hashes);
    }

    /** Finds the key as it is now; it is not changed by others until the transaction ends. */
    Optional<FoundKey> lock(String projectId, List<KeyedHash> hashes) {
        entityManager
                .createNativeQuery(LOCK_PROJECT)
                .setParameter("project", projectId)
                .getResultList();
        return find(FIND_LOCKED, hashes);
    }

    private Optional<FoundKey> find(String sql, List<KeyedHash> hashes) {
        List<?> rows = entityManager
                .createNativeQuery(sql, Tuple.class)
                .setParameter("current", hashes.get(0).hash())
                .setParameter("previous", hashes.get(hashes.size() - 1).hash())
                .getResultList();
        return rows.stream()
                .map(Tuple.class::cast)
                .map(FoundKeyRepository::found)
                .findFirst();
    }

    private static FoundKey found(Tuple row) {
        String scopes = row.get("scopes", String.class);
        return new FoundKey(
                row.get("id", UUID.class),
                row.get("project_id", String.class),
                scopes.isEmpty() ? List.of() : List.of(scopes.split(",")),
                row.get("expires_at", Instant.class),
                row.get("master_key_id", String.class),
                row.get("revoked", Boolean.class),
                row.get("expired", Boolean.class),
                row.get("rotated", Boolean.class),
                row.get("project_status", String.class),
                row.get("suspension", String.class));
    }

    /** Stores a key under the current master key, so that the one before it can be thrown away some day. */
    void rehash(UUID id, KeyedHash hash) {
        entityManager
                .createNativeQuery(REHASH)
                .setParameter("id", id)
                .setParameter("hash", hash.hash())
                .setParameter("masterKeyId", hash.keyId())
                .executeUpdate();
    }

    /** Whether it was not marked before. */
    boolean markLeaked(UUID id) {
        return entityManager
                        .createNativeQuery(MARK_LEAKED)
                        .setParameter("id", id)
                        .executeUpdate()
                == 1;
    }

    /** Has a key end after the grace, if it would end later; whether that changed anything. */
    boolean shorten(UUID id, Duration grace) {
        return entityManager
                        .createNativeQuery(SHORTEN)
                        .setParameter("id", id)
                        .setParameter("grace", (double) grace.toSeconds())
                        .executeUpdate()
                == 1;
    }
}
