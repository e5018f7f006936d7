package io.sluice.admin.idempotency;

import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@ApplicationScoped
class IdempotencyRepository {
    private static final String TRY_LOCK =
            "select pg_try_advisory_xact_lock(hashtextextended(:caller || chr(10) || :key, 20090))";
    private static final String FIND = """
            select encode(fingerprint, 'hex'), status, cast(headers as text), body
            from idempotency_keys
            where caller = :caller and key = :key and expires_at > sluice_now()
            """;
    private static final String KEEP = """
            insert into idempotency_keys (caller, key, fingerprint, status, headers, body, expires_at)
            values (:caller, :key, decode(:fingerprint, 'hex'), :status, cast(:headers as jsonb), :body,
                sluice_now() + interval '24 hours')
            on conflict (caller, key) do update
            set fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
                body = excluded.body, expires_at = excluded.expires_at
            where idempotency_keys.expires_at <= sluice_now()
            """;
    private static final String DELETE_EXPIRED = """
            delete from idempotency_keys
            where (caller, key) in (
                select caller, key from idempotency_keys
                where expires_at <= sluice_now()
                order by expires_at
                limit 10000
                for update skip locked)
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** Who gets it is the only one, on all nodes, that works on the key until its transaction ends; never waits. */
    boolean tryLock(KeyedRequest request) {
        return (Boolean) about(request, TRY_LOCK).getSingleResult();
    }

    /** What is kept under the key, and for which request. */
    Optional<Found> find(KeyedRequest request) {
        List<?> rows = about(request, FIND).getResultList();
        return rows.stream().findFirst().map(Object[].class::cast).map(IdempotencyRepository::found);
    }

    /** Something kept. */
    record Found(String fingerprint, KeptAnswer answer) {}

    private static Found found(Object[] row) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        Json.readObject((String) row[2])
                .forEach((name, values) -> headers.put(
                        name, ((List<?>) values).stream().map(String::valueOf).toList()));
        return new Found((String) row[0], new KeptAnswer((Integer) row[1], headers, (String) row[3]));
    }

    /** Keeps an answer for 24 hours; leaves one that is kept already. */
    void keep(KeyedRequest request, KeptAnswer answer) {
        about(request, KEEP)
                .setParameter("fingerprint", request.fingerprint())
                .setParameter("status", answer.status())
                .setParameter("headers", Json.write(answer.headers()))
                .setParameter("body", answer.body())
                .executeUpdate();
    }

    /** Deletes some expired answers and says how many. */
    int deleteExpired() {
        return entityManager.createNativeQuery(DELETE_EXPIRED).executeUpdate();
    }

    private Query about(KeyedRequest request, String sql) {
        return entityManager
                .createNativeQuery(sql)
                .setParameter("caller", request.caller())
                .setParameter("key", request.key());
    }
}
