package io.sluice.keys.checks;

import io.sluice.json.Json;
import io.sluice.keys.KeyChecks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.query.TypedParameterValue;
import org.hibernate.type.StandardBasicTypes;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class KeyUseRepository {
    /** Locks keys in the order of their ids, so that nodes that write at the same time never wait in a circle. */
    private static final String WRITE = """
            with used as materialized (
                select *
                from jsonb_to_recordset(cast(:uses as jsonb)) as each (key_id uuid, success bigint, error bigint)),
            known as materialized (
                select keys.id
                from api_keys keys
                where keys.id in (select key_id from used)
                order by keys.id
                for no key update),
            marked as (
                update api_keys keys set last_used_at = sluice_now()
                from known
                where keys.id = known.id)
            insert into api_key_uses (key_id, bucket_start, success, error)
            select used.key_id, date_trunc('hour', sluice_now(), 'UTC'), used.success, used.error
            from used
                join known on known.id = used.key_id
            order by used.key_id
            on conflict (key_id, bucket_start) do update
            set success = api_key_uses.success + excluded.success, error = api_key_uses.error + excluded.error
            """;

    private static final String RANGE = """
            select coalesce(cast(:from as timestamptz), ends.at - interval '30 days') as starts, ends.at as ends
            from (select coalesce(cast(:to as timestamptz), sluice_now()) as at) ends
            """;

    private static final String BUCKETS = """
            select date_trunc(:bucket, bucket_start, 'UTC') as starts, cast(sum(success) as bigint) as success,
                cast(sum(error) as bigint) as error
            from api_key_uses
            where key_id = :key and bucket_start >= date_trunc(:bucket, cast(:from as timestamptz), 'UTC')
                and bucket_start < :to
            group by 1
            order by 1
            """;

    private static final String LATELY = """
            select cast(coalesce(sum(success + error) filter (
                    where bucket_start >= date_trunc('hour', sluice_now() - interval '24 hours', 'UTC')), 0) as bigint) as day,
                cast(coalesce(sum(success + error) filter (
                    where bucket_start >= date_trunc('hour', sluice_now() - interval '7 days', 'UTC')), 0) as bigint) as week,
                cast(coalesce(sum(success + error), 0) as bigint) as month
            from api_key_uses
            where key_id = :key and bucket_start >= date_trunc('hour', sluice_now() - interval '30 days', 'UTC')
            """;

    @PersistenceContext
    EntityManager entityManager;

    void write(List<KeyUses.Uses> uses) {
        entityManager
                .createNativeQuery(WRITE)
                .setParameter("uses", Json.write(uses))
                .executeUpdate();
    }

    record Range(Instant from, Instant to) {}

    /** The range with what was left out filled in. */
    Range range(@Nullable Instant from, @Nullable Instant to) {
        Tuple row = (Tuple) entityManager
                .createNativeQuery(RANGE, Tuple.class)
                .setParameter("from", new TypedParameterValue<>(StandardBasicTypes.INSTANT, from))
                .setParameter("to", new TypedParameterValue<>(StandardBasicTypes.INSTANT, to))
                .getSingleResult();
        return new Range(row.get("starts", Instant.class), row.get("ends", Instant.class));
    }

    List<KeyChecks.Uses> buckets(UUID keyId, Range range, String bucket) {
        List<?> rows = entityManager
                .createNativeQuery(BUCKETS, Tuple.class)
                .setParameter("key", keyId)
                .setParameter("from", range.from())
                .setParameter("to", range.to())
                .setParameter("bucket", bucket)
                .getResultList();
        return rows.stream().map(Tuple.class::cast).map(KeyUseRepository::uses).toList();
    }

    private static KeyChecks.Uses uses(Tuple row) {
        return new KeyChecks.Uses(
                row.get("starts", Instant.class), row.get("success", Long.class), row.get("error", Long.class));
    }

    /** All uses of the last 24 hours, 7 days and 30 days. */
    record Lately(long day, long week, long month) {}

    Lately lately(UUID keyId) {
        Tuple row = (Tuple) entityManager
                .createNativeQuery(LATELY, Tuple.class)
                .setParameter("key", keyId)
                .getSingleResult();
        return new Lately(row.get("day", Long.class), row.get("week", Long.class), row.get("month", Long.class));
    }
}
