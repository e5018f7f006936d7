package io.sluice.quotas.check;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements that find projects and decide about them. */
@ApplicationScoped
class CheckRepository {
    private static final String NEXT_OF_ALL = """
            select id
            from projects
            where status = 'active' and id > :after
            order by id
            limit :size
            """;

    private static final String NEXT_OF_SOME = """
            select distinct projects.id
            from unnest(cast(:ids as text[])) as wanted (id)
                join projects on projects.id = wanted.id
            where projects.status = 'active' and projects.id > :after
            order by projects.id
            limit :size
            """;

    private static final String COUNT = "select count(*) from projects where status = 'active'";

    private static final String UNKNOWN = """
            select distinct wanted.id
            from unnest(cast(:ids as text[])) as wanted (id)
            where not exists (select from projects where projects.id = wanted.id)
            order by wanted.id
            """;

    /** Whether caps that are reached suspend this row of {@code projects}. */
    private static final String ENFORCED = """
            projects.status = 'active'
                and projects.environment = any(cast(:environments as text[]))
                and not coalesce(
                    (select keep_active_until > sluice_now()
                     from suspensions
                     where suspensions.project_id = projects.id
                     order by id desc
                     limit 1),
                    false)
            """;

    private static final String IS_ENFORCED = "select " + ENFORCED + "from projects where id = :project";

    /**
     * Decides about each limit that is reached. A band is new unless a warning of this period, for this band or a higher
     * one, had already been given at a usage that reaches the band under the present limit: so a raised limit arms its
     * bands again, and neither a lowered limit nor usage that falls and comes back repeats a warning.
     */
    private static final String JUDGE = """
            with reached as materialized (
                select states.*, sluice_band_reached(used, quota_limit, warn_at) as band
                from sluice_quota_states(cast(:ids as text[])) states
                where used > 0
                    -- Since the page was listed another check, or a person, may have ended its projects' activity.
                    and exists (select from projects
                                where projects.id = states.project_id and projects.status = 'active')
                    -- The first comparison is coarse and cheap, and lets everything pass that the second one does.
                    and (used >= hard_cap or used >= quota_limit / 100 * warn_at[1])
                    and (used >= hard_cap or cast(used as numeric) * 100 >= cast(quota_limit as numeric) * warn_at[1])
                    and (cast(:metrics as text[]) is null or metric = any(cast(:metrics as text[])))),
            judged as (
                select reached.*,
                    mode = 'enforce' and sluice_reaches_cap(used, hard_cap) and coalesce(
                        (select
            """ + ENFORCED + """
                         from projects
                         where projects.id = reached.project_id),
                        false) as suspends,
                    case when not exists (
                        select
                        from warnings
                        where warnings.project_id = reached.project_id
                            and warnings.metric = reached.metric
                            and warnings.unit = reached.unit
                            and warnings.period_start = reached.period_start
                            and warnings.threshold >= band
                            and cast(warnings.usage as numeric) * 100 >= cast(reached.quota_limit as numeric) * band)
                    then band end as new_band
                from reached)
            select project_id, metric, unit, quota_limit, hard_cap, source, period_start, period_end, used,
                coalesce(suspends, false) as suspends, new_band
            from judged
            where suspends or new_band is not null
            order by project_id, metric, unit
            """;

    /**
     * Statistics lag behind: while they say that there are no warnings or suspensions yet, the planner would read those
     * tables whole for each limit, however many rows the pages before have just written.
     */
    private static final String PREFER_LOOK_UPS = "select set_config('enable_seqscan', 'off', true)";

    /** Changes of plans wait for the page, like changes of the quotas of a locked project. */
    private static final String LOCK_PLANS = "select name from plans order by name for share";

    @PersistenceContext
    EntityManager entityManager;

    /** @param ids the only projects that are meant; null: all */
    @SuppressWarnings("unchecked")
    List<String> next(@Nullable List<String> ids, String after, int size) {
        Query query = entityManager
                .createNativeQuery(ids == null ? NEXT_OF_ALL : NEXT_OF_SOME, String.class)
                .setParameter("after", after)
                .setParameter("size", size);
        if (ids != null) {
            query.setParameter("ids", ids.toArray(String[]::new));
        }
        return query.getResultList();
    }

    long countActive() {
        return ((Number) entityManager.createNativeQuery(COUNT).getSingleResult()).longValue();
    }

    @SuppressWarnings("unchecked")
    List<String> unknown(List<String> ids) {
        return entityManager
                .createNativeQuery(UNKNOWN, String.class)
                .setParameter("ids", ids.toArray(String[]::new))
                .getResultList();
    }

    /** Makes the statements of this transaction look rows up by key. */
    void preferLookUps() {
        entityManager.createNativeQuery(PREFER_LOOK_UPS, String.class).getSingleResult();
    }

    void lockPlans() {
        entityManager.createNativeQuery(LOCK_PLANS, String.class).getResultList();
    }

    /**
     * @param metrics only limits of these; null: all
     * @param environments those whose projects are suspended
     */
    @SuppressWarnings("unchecked")
    List<Verdict> judge(Collection<String> ids, @Nullable List<String> metrics, List<String> environments) {
        List<Tuple> rows = entityManager
                .createNativeQuery(JUDGE, Tuple.class)
                .setParameter("ids", ids.toArray(String[]::new))
                .setParameter("metrics", metrics == null ? null : metrics.toArray(String[]::new))
                .setParameter("environments", environments.toArray(String[]::new))
                .getResultList();
        return rows.stream().map(CheckRepository::verdict).toList();
    }

    /** @param environments those whose projects are suspended */
    boolean isEnforced(String projectId, List<String> environments) {
        return entityManager
                .createNativeQuery(IS_ENFORCED, Boolean.class)
                .setParameter("project", projectId)
                .setParameter("environments", environments.toArray(String[]::new))
                .getResultList()
                .contains(true);
    }

    private static Verdict verdict(Tuple row) {
        return new Verdict(
                row.get("project_id", String.class),
                row.get("metric", String.class),
                row.get("unit", String.class),
                longOrNull(row.get("quota_limit")),
                longOrNull(row.get("hard_cap")),
                row.get("source", String.class),
                row.get("period_start", Instant.class),
                row.get("period_end", Instant.class),
                ((Number) row.get("used")).longValue(),
                row.get("suspends", Boolean.class),
                row.get("new_band", Integer.class));
    }

    private static @Nullable Long longOrNull(@Nullable Object number) {
        return number == null ? null : ((Number) number).longValue();
    }
}
