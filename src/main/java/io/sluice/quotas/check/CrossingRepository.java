package io.sluice.quotas.check;

import io.sluice.json.Json;
import io.sluice.usage.UsageCounted.Change;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class CrossingRepository {
    /**
     * Usage of a period that is over crosses nothing any more. That of a coming one does so when the period begins, and
     * whether the project is active is seen then.
     */
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
            select distinct crossing.project_id,
                case when crossing.period_start > sluice_now() then crossing.period_start end as coming
            from crossing
                join projects on projects.id = crossing.project_id
            where crossing.period_start > sluice_now()
                or (projects.status = 'active'
                    and crossing.period_start >= sluice_period_start(
                        crossing.unit, projects.anchor_day, projects.time_zone, sluice_now()))
            """;

    @PersistenceContext
    EntityManager entityManager;

    /**
     * A project whose usage reached a cap or a band.
     *
     * @param coming when the period begins whose usage it is; null: it is the present one
     */
    record Crossed(String projectId, @Nullable Instant coming) {}

    /**
     * What the changes took over a cap or a band: active projects in their present periods, and any in a coming one,
     * because an event may be dated some minutes ahead.
     */
    @SuppressWarnings("unchecked")
    List<Crossed> crossed(List<Change> changes) {
        List<Tuple> rows = entityManager
                .createNativeQuery(CROSSED, Tuple.class)
                .setParameter(
                        "changes", Json.write(changes.stream().map(Row::of).toList()))
                .getResultList();
        return rows.stream()
                .map(row -> new Crossed(row.get("project_id", String.class), row.get("coming", Instant.class)))
                .toList();
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
