package io.sluice.access;

import io.sluice.database.Conditions;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.query.TypedParameterValue;
import org.hibernate.type.StandardBasicTypes;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class TokenRepository {
    private static final String INSERT = """
            insert into access_tokens (name, role, projects, hash, created_by, expires_at)
            values (:name, :role, string_to_array(:projects, ','), :hash, :createdBy, :expiresAt)
            returning *
            """;
    private static final String LOCK_FIRST =
            "select cast(pg_advisory_xact_lock(hashtext('access_tokens first')) as text)";
    private static final String ANY = "select exists (select from access_tokens)";
    private static final String JUDGE = """
            select cast(id as text), role, array_to_string(projects, ','),
                coalesce(expires_at <= sluice_now(), false)
            from access_tokens
            where hash = :hash and revoked_at is null
            """;
    private static final String STILL_GOOD = """
            select cast(id as text) from access_tokens
            where cast(id as text) = any (string_to_array(:ids, ',')) and revoked_at is null
              and coalesce(expires_at > sluice_now(), true)
            """;
    private static final String IS_PAST = "select :at <= sluice_now()";
    private static final String REVOKE =
            "update access_tokens set revoked_at = sluice_now() where id = :id and revoked_at is null returning *";
    private static final String MARK_USED =
            "update access_tokens set last_used_at = sluice_now() where id = any(cast(string_to_array(:ids, ',') as uuid[]))";

    @PersistenceContext
    EntityManager entityManager;

    AccessToken insert(NewToken token, byte[] hash, String createdBy) {
        List<String> projects = token.projects();
        return (AccessToken) entityManager
                .createNativeQuery(INSERT, AccessToken.class)
                .setParameter("name", token.name())
                .setParameter("role", token.role())
                .setParameter("projects", text(projects == null ? null : String.join(",", projects)))
                .setParameter("hash", hash)
                .setParameter("createdBy", createdBy)
                .setParameter("expiresAt", time(token.expiresAt()))
                .getSingleResult();
    }

    /** Makes two nodes that start on an empty database take turns, until the transaction ends. */
    void lockFirst() {
        entityManager.createNativeQuery(LOCK_FIRST).getSingleResult();
    }

    boolean any() {
        return (Boolean) entityManager.createNativeQuery(ANY).getSingleResult();
    }

    Tokens.Verdict judge(byte[] hash) {
        List<?> rows = entityManager
                .createNativeQuery(JUDGE)
                .setParameter("hash", hash)
                .getResultList();
        if (rows.isEmpty()) {
            return Tokens.Verdict.UNKNOWN;
        }
        Object[] row = (Object[]) rows.get(0);
        Optional<List<String>> projects =
                Optional.ofNullable((String) row[2]).map(joined -> List.of(joined.split(",", -1)));
        Identity identity = new Identity((String) row[0], (String) row[1], projects);
        return new Tokens.Verdict(Optional.of(identity), (Boolean) row[3]);
    }

    @SuppressWarnings("unchecked")
    List<String> stillGood(Collection<String> ids) {
        return entityManager
                .createNativeQuery(STILL_GOOD)
                .setParameter("ids", String.join(",", ids))
                .getResultList();
    }

    boolean isPast(Instant at) {
        return (Boolean)
                entityManager.createNativeQuery(IS_PAST).setParameter("at", at).getSingleResult();
    }

    /** Revokes a token that was not; empty when there is none or it was. */
    Optional<AccessToken> revoke(UUID id) {
        List<?> rows = entityManager
                .createNativeQuery(REVOKE, AccessToken.class)
                .setParameter("id", id)
                .getResultList();
        return rows.stream().map(AccessToken.class::cast).findFirst();
    }

    boolean exists(UUID id) {
        return entityManager.find(AccessToken.class, id) != null;
    }

    void markUsed(Collection<String> ids) {
        entityManager
                .createNativeQuery(MARK_USED)
                .setParameter("ids", String.join(",", ids))
                .executeUpdate();
    }

    Page<AccessToken> list(int limit, @Nullable String cursor) {
        return Page.cut(
                new Conditions()
                        .and("t.id < :after", "after", Cursor.id(cursor))
                        .query(entityManager, "select t from AccessToken t", "t.id desc", AccessToken.class)
                        .setMaxResults(limit + 1)
                        .getResultList(),
                limit,
                token -> Cursor.of(token.id()));
    }

    private static TypedParameterValue<String> text(@Nullable String value) {
        return new TypedParameterValue<>(StandardBasicTypes.STRING, value);
    }

    private static TypedParameterValue<Instant> time(@Nullable Instant value) {
        return new TypedParameterValue<>(StandardBasicTypes.INSTANT, value);
    }
}
