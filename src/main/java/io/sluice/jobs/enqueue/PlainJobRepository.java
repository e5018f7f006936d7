package io.sluice.jobs.enqueue;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.query.NativeQuery;
import org.jspecify.annotations.Nullable;

/** Jobs going in that no key can keep out. Most are such, and a shorter statement takes them. */
@ApplicationScoped
class PlainJobRepository {
    private static final String INTO = """
            insert into jobs (id, type, payload, priority, max_attempts, scheduled_at, project_id, concurrency_key,
                              concurrency_limit, request_id, traceparent)
            """;

    private static final String INSERT_ONE = INTO + """
            values (sluice_uuid(), :type, cast(:payload as jsonb), :priority, cast(:maxAttempts as integer),
                    coalesce(cast(:scheduledAt as timestamptz), sluice_now())
                        + make_interval(secs => coalesce(cast(:delayMs as bigint), 0) / 1000.0),
                    cast(:projectId as text), cast(:concurrencyKey as text), cast(:concurrencyLimit as integer),
                    cast(:requestId as text), cast(:traceparent as text))
            returning id
            """;

    private static final String INSERT_MANY = """
            with items as materialized (
                select sluice_uuid() as id, n.*
                from unnest(cast(:types as text[]), cast(:payloads as text[]), cast(:priorities as integer[]),
                            cast(:maxAttempts as integer[]), cast(:scheduledAts as timestamptz[]),
                            cast(:delays as bigint[]), cast(:projectIds as text[]), cast(:concurrencyKeys as text[]),
                            cast(:concurrencyLimits as integer[]), cast(:requestIds as text[]),
                            cast(:traceparents as text[])) with ordinality as n
                    (type, payload, priority, max_attempts, scheduled_at, delay_ms, project_id, concurrency_key,
                     concurrency_limit, request_id, traceparent, place)
            ),
            inserted as (
            """ + INTO + """
                select id, type, cast(payload as jsonb), priority, max_attempts,
                       coalesce(scheduled_at, sluice_now()) + make_interval(secs => coalesce(delay_ms, 0) / 1000.0),
                       project_id, concurrency_key, concurrency_limit, request_id, traceparent
                from items
                order by place
            )
            select id from items order by place
            """;

    @PersistenceContext
    EntityManager entityManager;

    UUID insert(StoredJob job) {
        Query query = entityManager
                .createNativeQuery(INSERT_ONE)
                .setParameter("type", job.type())
                .setParameter("payload", job.payload())
                .setParameter("priority", job.priority())
                .setParameter("maxAttempts", job.maxAttempts())
                .setParameter("scheduledAt", job.scheduledAt())
                .setParameter("delayMs", job.delayMs())
                .setParameter("projectId", job.projectId())
                .setParameter("concurrencyKey", job.concurrencyKey())
                .setParameter("concurrencyLimit", job.concurrencyLimit())
                .setParameter("requestId", job.requestId())
                .setParameter("traceparent", job.traceparent());
        return ids(query).get(0);
    }

    /** Ids in the order of the jobs. */
    List<UUID> insert(List<StoredJob> jobs) {
        return ids(entityManager
                .createNativeQuery(INSERT_MANY)
                .setParameter("types", column(jobs, StoredJob::type))
                .setParameter("payloads", column(jobs, StoredJob::payload))
                .setParameter("priorities", column(jobs, StoredJob::priority))
                .setParameter("maxAttempts", column(jobs, StoredJob::maxAttempts))
                .setParameter("scheduledAts", column(jobs, StoredJob::scheduledAt))
                .setParameter("delays", column(jobs, StoredJob::delayMs))
                .setParameter("projectIds", column(jobs, StoredJob::projectId))
                .setParameter("concurrencyKeys", column(jobs, StoredJob::concurrencyKey))
                .setParameter("concurrencyLimits", column(jobs, StoredJob::concurrencyLimit))
                .setParameter("requestIds", column(jobs, StoredJob::requestId))
                .setParameter("traceparents", column(jobs, StoredJob::traceparent)));
    }

    private static @Nullable String[] column(List<StoredJob> jobs, Function<StoredJob, @Nullable Object> member) {
        return jobs.stream()
                .map(member)
                .map(value -> value == null ? null : value.toString())
                .toArray(String[]::new);
    }

    /** Says what the result is, which would be asked from the driver otherwise, each time. */
    @SuppressWarnings("unchecked")
    private static List<UUID> ids(Query insert) {
        return insert.unwrap(NativeQuery.class).addScalar("id", UUID.class).getResultList();
    }
}
