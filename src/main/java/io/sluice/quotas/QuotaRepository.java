package io.sluice.quotas;

import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class QuotaRepository {
    private static final String LOCK_PROJECT = "select status from projects where id = :project for no key update";

    private static final String STATUS = "select status from projects where id = :project";

    private static final String STATES = """
            select states.*
            from sluice_quota_states(cast(:ids as text[])) states
            order by project_id, metric, unit
            """;

    private static final String UPSERT = """
            insert into project_quotas (project_id, metric, unit, quota_limit, hard_cap, warn_at, mode)
            select :project, metric, period, "limit", hard_cap, warn_at, :mode
            from jsonb_to_record(cast(:terms as jsonb)) as given
                (metric text, period text, "limit" bigint, hard_cap bigint, warn_at integer[])
            on conflict (project_id, metric, unit) do update
            set quota_limit = excluded.quota_limit, hard_cap = excluded.hard_cap, warn_at = excluded.warn_at,
                mode = excluded.mode, version = nextval('quota_versions'), updated_at = sluice_now()
            """;

    private static final String DELETE = """
            delete from project_quotas
            where project_id = :project and metric = :metric and unit = :period
            """;

    private static final String UNKNOWN_METRICS = """
            select wanted.name
            from unnest(cast(:names as text[])) as wanted (name)
            where not exists (select from metrics where metrics.name = wanted.name)
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** The project's status; it cannot change, nor can its limits, until the transaction ends. */
    Optional<String> lockProject(String projectId) {
        return one(LOCK_PROJECT, projectId);
    }

    /** Empty for a project that does not exist. */
    Optional<String> status(String projectId) {
        return one(STATUS, projectId);
    }

    /** Those of the names that no metric has. */
    @SuppressWarnings("unchecked")
    List<String> unknownMetrics(List<String> names) {
        return entityManager
                .createNativeQuery(UNKNOWN_METRICS, String.class)
                .setParameter("names", names.toArray(String[]::new))
                .getResultList();
    }

    @SuppressWarnings("unchecked")
    List<QuotaState> states(Collection<String> projectIds) {
        List<Tuple> rows = entityManager
                .createNativeQuery(STATES, Tuple.class)
                .setParameter("ids", projectIds.toArray(String[]::new))
                .getResultList();
        return rows.stream().map(QuotaRepository::state).toList();
    }

    void upsert(String projectId, QuotaTerms terms, String mode) {
        entityManager
                .createNativeQuery(UPSERT)
                .setParameter("project", projectId)
                .setParameter("terms", Json.write(terms))
                .setParameter("mode", mode)
                .executeUpdate();
    }

    boolean delete(String projectId, String metric, String period) {
        return entityManager
                        .createNativeQuery(DELETE)
                        .setParameter("project", projectId)
                        .setParameter("metric", metric)
                        .setParameter("period", period)
                        .executeUpdate()
                == 1;
    }

    @SuppressWarnings("unchecked")
    private Optional<String> one(String sql, String projectId) {
        return entityManager
                .createNativeQuery(sql, String.class)
                .setParameter("project", projectId)
                .getResultStream()
                .findFirst();
    }

    private static QuotaState state(Tuple row) {
        QuotaTerms terms = new QuotaTerms(
                row.get("metric", String.class),
                row.get("unit", String.class),
                longOrNull(row.get("quota_limit")),
                longOrNull(row.get("hard_cap")),
                Arrays.asList(row.get("warn_at", Integer[].class)));
        return new QuotaState(
                row.get("project_id", String.class),
                terms,
                row.get("mode", String.class),
                row.get("source", String.class),
                ((Number) row.get("version")).longValue(),
                ((Number) row.get("used")).longValue(),
                row.get("period_start", Instant.class),
                row.get("period_end", Instant.class));
    }

    private static @Nullable Long longOrNull(@Nullable Object number) {
        return number == null ? null : ((Number) number).longValue();
    }
}
