package io.sluice.quotas;

import io.sluice.database.Conditions;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class WarningRepository {
    /** A notice that another check gave in the meantime is not given again. */
    private static final String INSERT = """
            insert into warnings (project_id, metric, unit, period_start, threshold, quota_limit, usage, job_id)
            select project_id, metric, period, period_start, threshold, "limit", usage, cast(:job as uuid)
            from jsonb_to_recordset(cast(:wanted as jsonb)) as wanted
                (project_id text, metric text, period text, period_start timestamptz, threshold integer,
                 "limit" bigint, usage bigint)
            on conflict on constraint warnings_once do nothing
            returning id, project_id, metric, unit
            """;

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    List<Warnings.Given> insert(List<Warnings.New> wanted, UUID jobId) {
        List<Tuple> rows = entityManager
                .createNativeQuery(INSERT, Tuple.class)
                .setParameter("wanted", Json.write(wanted))
                .setParameter("job", jobId.toString())
                .getResultList();
        return rows.stream()
                .map(row -> new Warnings.Given(
                        row.get("id", UUID.class),
                        row.get("project_id", String.class),
                        row.get("metric", String.class),
                        row.get("unit", String.class)))
                .toList();
    }

    Page<Warning> list(
            @Nullable String projectId,
            @Nullable Instant from,
            @Nullable Instant to,
            int limit,
            @Nullable String cursor) {
        return Page.cut(
                new Conditions()
                        .and("w.projectId = :project", "project", projectId)
                        .madeFrom("w", "sentAt", from)
                        .and("w.sentAt < :to", "to", to)
                        .and("w.id < :after", "after", Cursor.id(cursor))
                        .query(entityManager, "select w from Warning w", "w.id desc", Warning.class)
                        .setMaxResults(limit + 1)
                        .getResultList(),
                limit,
                warning -> Cursor.of(warning.id()));
    }
}
