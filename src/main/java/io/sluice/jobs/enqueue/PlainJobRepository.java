package io.sluice.jobs.enqueue;

import io.sluice.database.QuickInsert;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.query.NativeQuery;
import org.jspecify.annotations.Nullable;

/** Jobs going in that no key can keep out. Most are such, and a shorter statement takes them. */
@ApplicationScoped
class PlainJobRepository {
    /**
     * One of the columns that a job may bring.
     *
     * @param value how the statement makes it of its text
     * @param of null: the job doesn't have it, and the table's default holds
     */
    private record Column(String name, String value, Function<StoredJob, @Nullable Object> of) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("type", "?", StoredJob::type),
            new Column("payload", "cast(? as jsonb)", StoredJob::payload),
            new Column("priority", "cast(? as integer)", job -> job.priority() == 0 ? null : job.priority()),
            new Column("max_attempts", "cast(? as integer)", StoredJob::maxAttempts),
            new Column("scheduled_at", "cast(? as timestamptz)", StoredJob::scheduledAt),
            new Column(
                    "scheduled_at",
                    "sluice_now() + make_interval(secs => cast(? as bigint) / 1000.0)",
                    job -> job.scheduledAt() == null ? job.delayMs() : null),
            new Column("project_id", "?", StoredJob::projectId),
            new Column("concurrency_key", "?", StoredJob::concurrencyKey),
            new Column("concurrency_limit", "cast(? as integer)", StoredJob::concurrencyLimit),
            new Column("request_id", "?", StoredJob::requestId),
            new Column("traceparent", "?", StoredJob::traceparent));

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
                insert into jobs (id, type, payload, priority, max_attempts, scheduled_at, project_id, concurrency_key,
                                  concurrency_limit, request_id, traceparent)
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

    @Inject
    QuickInsert quick;

    /** Names what the job has and nothing else: a dozen nulls cost as much as a tenth of the whole statement. */
    UUID insert(StoredJob job) {
        StringJoiner names = new StringJoiner(", ", "insert into jobs (", ")");
        StringJoiner values = new StringJoiner(", ", " values (", ") returning id");
        List<String> texts = new ArrayList<>();
        for (Column column : COLUMNS) {
            Object value = column.of().apply(job);
            if (value != null) {
                names.add(column.name());
                values.add(column.value());
                texts.add(value.toString());
            }
        }
        return quick.returningId(names + values.toString(), texts);
    }

    /** Ids in the order of the jobs. */
    @SuppressWarnings("unchecked")
    List<UUID> insert(List<StoredJob> jobs) {
        return entityManager
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
                .setParameter("traceparents", column(jobs, StoredJob::traceparent))
                .unwrap(NativeQuery.class)
                .addScalar("id", UUID.class)
                .getResultList();
    }

    private static @Nullable String[] column(List<StoredJob> jobs, Function<StoredJob, @Nullable Object> member) {
        return jobs.stream()
                .map(member)
                .map(value -> value == null ? null : value.toString())
                .toArray(String[]::new);
    }
}
