package io.sluice.keys;

import io.sluice.secrets.Sealed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class HandoverRepository {
    private static final String INSERT = """
            insert into api_key_handovers (key_id, sealed, master_key_id, expires_at)
            values (:key, :sealed, :masterKeyId, sluice_now() + make_interval(secs => :seconds))
            """;

    /** Of two callers that fetch at the same time, one gets the row. */
    private static final String TAKE = """
            delete from api_key_handovers
            where key_id = :key and expires_at > sluice_now()
            returning master_key_id, sealed
            """;

    private static final String DELETE =
            "delete from api_key_handovers where key_id = any(cast(string_to_array(:keys, ',') as uuid[]))";
    private static final String DELETE_EXPIRED = "delete from api_key_handovers where expires_at <= sluice_now()";

    @PersistenceContext
    EntityManager entityManager;

    void insert(UUID keyId, Sealed sealed, Duration life) {
        entityManager
                .createNativeQuery(INSERT)
                .setParameter("key", keyId)
                .setParameter("sealed", sealed.bytes())
                .setParameter("masterKeyId", sealed.keyId())
                .setParameter("seconds", (double) life.toSeconds())
                .executeUpdate();
    }

    Optional<Sealed> take(UUID keyId) {
        List<?> rows =
                entityManager.createNativeQuery(TAKE).setParameter("key", keyId).getResultList();
        return rows.stream()
                .map(Object[].class::cast)
                .map(row -> new Sealed((String) row[0], (byte[]) row[1]))
                .findFirst();
    }

    void delete(Collection<UUID> keyIds) {
        entityManager
                .createNativeQuery(DELETE)
                .setParameter(
                        "keys",
                        String.join(",", keyIds.stream().map(UUID::toString).toList()))
                .executeUpdate();
    }

    int deleteExpired() {
        return entityManager.createNativeQuery(DELETE_EXPIRED).executeUpdate();
    }
}
