package io.sluice.quotas;

import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class CheckActionRepository {
    private static final String INSERT = """
            insert into job_actions (job_id, project_id, metric, unit, action, usage, quota_limit, hard_cap, source)
            select cast(:job as uuid), project_id, metric, period, action, usage, "limit", hard_cap, source
            from jsonb_to_recordset(cast(:actions as jsonb)) as done
                (project_id text, metric text, period text, action text, usage bigint, "limit" bigint,
                 hard_cap bigint, source text)
            on conflict do nothing
            """;

    private static final String LIST = """
            select project_id, metric, unit, action, usage, quota_limit, hard_cap, source
            from job_actions
            where job_id = :job and (project_id, metric, unit) > (:project, :metric, :period)
            order by project_id, metric, unit
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** How many there are that had not been written before. */
    int insert(UUID jobId, List<CheckAction> actions) {
        return entityManager
                .createNativeQuery(INSERT)
                .setParameter("job", jobId.toString())
                .setParameter("actions", Json.write(actions))
                .executeUpdate();
    }

    @SuppressWarnings("unchecked")
    Page<CheckAction> list(UUID jobId, int limit, @Nullable String cursor) {
        List<String> after = Cursor.parse(cursor, 3);
        List<Tuple> rows = entityManager
                .createNativeQuery(LIST, Tuple.class)
                .setParameter("job", jobId)
                .setParameter("project", after.isEmpty() ? "" : after.get(0))
                .setParameter("metric", after.isEmpty() ? "" : after.get(1))
                .setParameter("period", after.isEmpty() ? "" : after.get(2))
                .setMaxResults(limit + 1)
                .getResultList();
        return Page.cut(
                rows.stream().map(CheckActionRepository::action).toList(),
                limit,
                action -> Cursor.of(action.projectId(), action.metric(), action.period()));
    }

    private static CheckAction action(Tuple row) {
        return new CheckAction(
                row.get("project_id", String.class),
                row.get("metric", String.class),
                row.get("unit", String.class),
                ((Number) row.get("usage")).longValue(),
                longOrNull(row.get("quota_limit")),
                longOrNull(row.get("hard_cap")),
                row.get("source", String.class),
                row.get("action", String.class));
    }

    private static @Nullable Long longOrNull(@Nullable Object number) {
        return number == null ? null : ((Number) number).longValue();
    }
}
