package io.sluice.quotas.check;

import io.sluice.json.Json;
import io.sluice.usage.UsageCounted.Change;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;

@ApplicationScoped
class CrossingRepository {
    /** Usage of a period that is over crosses nothing any more. */
    private static final String CROSSED = """
            with changes as materialized (
                select *
                from jsonb_to_recordset(cast(:changes as jsonb)) as each
                    (project_id text, metric text, unit text, period_start timestamptz, before bigint, after bigint)),
            crossing as materialized (
                select changes.project_id, changes.unit, changes.period_start
                from sluice_effective_limits(array(select distinct project_id from changes)) limits
                    join changes using (project_id, metric, unit)
                where (sluice_reaches_cap(after, hard_cap) and not sluice_reaches_cap(before, hard_cap))
                    or coalesce(sluice_band_reached(after, quota_limit, warn_at), 0)
                        > coalesce(sluice_band_reached(before, quota_limit, warn_at), 0))
            select distinct crossing.project_id
            from crossing
                join projects on projects.id = crossing.project_id
            where projects.status = 'active'
                and crossing.period_start >= sluice_period_start(
                    crossing.unit, projects.anchor_day, projects.time_zone, sluice_now())
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** The active projects whose usage reached a cap or a band of the present period by one of the changes. */
    @SuppressWarnings("unchecked")
    List<String> crossed(List<Change> changes) {
        return entityManager
                .createNativeQuery(CROSSED, String.class)
                .setParameter(
                        "changes", Json.write(changes.stream().map(Row::of).toList()))
                .getResultList();
    }

    private record Row(String projectId, String metric, String unit, Instant periodStart, long before, long after) {
        static Row of(Change change) {
            return new Row(
                    change.projectId(),
                    change.metric(),
                    change.unit().word(),
                    change.periodStart(),
                    change.before(),
                    change.after());
        }
    }
}
