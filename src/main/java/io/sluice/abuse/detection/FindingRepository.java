package io.sluice.abuse.detection;

import io.sluice.abuse.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements that find abuse and write down what was found. */
@ApplicationScoped
class FindingRepository {
    private static final String LEARN = "select sluice_abuse_learn(cast(:ids as text[]), sluice_now())";

    private static final String FINDINGS = """
            select *
            from sluice_abuse_findings(cast(:ids as text[]), sluice_now(), cast(:environments as text[]),
                make_interval(mins => :ahead))
            order by project_id, suspends desc, level desc, rule, metric
            """;

    /**
     * Writes down what is found. A window that was written before changes only if it suspends now and did not, or if the
     * job that was to act on it ended without doing so. It is told once for a project and rule in 24 hours, whatever the
     * number of metrics, and again when it gets worse.
     */
    private static final String RECORD = """
            insert into abuse_detections as kept (project_id, rule, metric, level, value, observed, previous, baseline,
                window_start, window_end, mode, outcome, withheld, notified, job_id)
            select nullif(found.project_id, ''), rule, metric, (array['warning', 'critical', 'severe'])[level], value,
                observed, previous, baseline, window_start, window_end, mode,
                case when not suspends then 'flagged' when mode = 'enforce' then 'due' else 'would_suspend' end,
                withheld,
                level >= 2 and coalesce(withheld, '') not in ('exempt', 'planned_spike')
                    and row_number() over (
                        partition by found.project_id, rule
                        order by coalesce(withheld, '') in ('exempt', 'planned_spike'), level desc, metric) = 1
                    and not exists (
                    select
                    from abuse_detections told
                    where told.project_id is not distinct from nullif(found.project_id, '')
                        and told.rule = found.rule
                        and told.notified
                        and told.detected_at > sluice_now() - interval '24 hours'
                        and array_position(array['warning', 'critical', 'severe'], told.level) >= found.level),
                cast(:job as uuid)
            from sluice_abuse_findings(cast(:ids as text[]), sluice_now(), cast(:environments as text[]),
                make_interval(mins => :ahead)) found
            where cast(:rules as text[]) is null or rule = any(cast(:rules as text[]))
            order by found.project_id, rule, metric
            on conflict (coalesce(project_id, ''), rule, metric, window_end) do update
            set level = excluded.level, value = excluded.value, observed = excluded.observed,
                previous = excluded.previous, mode = excluded.mode, outcome = excluded.outcome,
                withheld = excluded.withheld, job_id = excluded.job_id
            where excluded.outcome = 'due'
                and (kept.outcome in ('flagged', 'would_suspend')
                    or kept.outcome = 'due' and not exists (
                        select
                        from jobs
                        where status in ('pending', 'running')
                            and (id = kept.job_id or type = 'auto_suspend' and project_id = kept.project_id)))
            returning id, project_id, rule, nullif(metric, '') as metric, level, value, observed, baseline, window_start,
                window_end, outcome, withheld, notified and xmax = 0 as to_tell
            """;

    /** Told once in 24 hours like a finding. */
    private static final String RECORD_REPORT = """
            insert into abuse_detections (project_id, rule, level, value, observed, previous, window_start, window_end,
                mode, outcome, notified, job_id)
            select :project, 'reported_pattern', 'warning', 0, 0, 0, sluice_abuse_quarter(sluice_now()),
                sluice_abuse_quarter(sluice_now()) + interval '15 minutes', 'observe', 'needs_confirmation',
                not exists (
                    select
                    from abuse_detections told
                    where told.project_id = :project
                        and told.rule = 'reported_pattern'
                        and told.notified
                        and told.detected_at > sluice_now() - interval '24 hours'),
                cast(:job as uuid)
            on conflict (coalesce(project_id, ''), rule, metric, window_end) do nothing
            returning id, project_id, rule, cast(null as text) as metric, level, value, observed, baseline, window_start,
                window_end, outcome, withheld, notified as to_tell
            """;

    private static final String DUE = """
            select project_id, min(rule) as rule
            from abuse_detections
            where job_id = cast(:job as uuid) and outcome = 'due'
            group by project_id
            order by project_id
            """;

    private static final String TO_LOOK_AT_AGAIN = """
            select distinct project_id
            from abuse_detections
            where job_id = cast(:job as uuid) and withheld = 'first_window' and mode = 'enforce'
            order by project_id
            limit 10000
            """;

    private static final String SETTLE = """
            update abuse_detections
            set outcome = :outcome, withheld = cast(:withheld as text), suspension_id = cast(:suspension as uuid)
            where outcome = 'due' and project_id = any(cast(:ids as text[]))
            """;

    private static final String SETTLE_CONFIRMED = """
            update abuse_detections
            set outcome = 'suspended', suspension_id = cast(:suspension as uuid)
            where id = cast(:id as uuid)
            """;

    /** How many more projects may be suspended for abuse within this hour: ten, or one in a hundred of the active ones. */
    private static final String LEFT = """
            select greatest(10, (select count(*) from projects where status = 'active') / 100)
                - (select count(*) from suspensions where cause = 'abuse' and job_id is not null
                       and suspended_at > sluice_now() - interval '1 hour')
            """;

    /** One after the other, so that two jobs cannot both take the last one that is left. */
    private static final String ONE_AT_A_TIME = "select cast(pg_advisory_xact_lock(7164, 20) as text)";

    @PersistenceContext
    EntityManager entityManager;

    /**
     * A detection that was written or changed.
     *
     * @param toTell whether it is to be told
     */
    record Recorded(
            UUID id,
            @Nullable String projectId,
            String rule,
            @Nullable String metric,
            String level,
            BigDecimal value,
            long observed,
            @Nullable Long baseline,
            Instant windowStart,
            Instant windowEnd,
            String outcome,
            @Nullable String withheld,
            boolean toTell) {}

    /** A project to be suspended, and a rule that says so. */
    record Due(String projectId, String rule) {}

    void learn(Collection<String> ids) {
        entityManager
                .createNativeQuery(LEARN)
                .setParameter("ids", ids.toArray(String[]::new))
                .getSingleResult();
    }

    /** @param ahead minutes by which the last window may reach into the future */
    List<Finding> findings(Collection<String> ids, List<String> environments, int ahead) {
        return Rows.read(
                entityManager,
                FINDINGS,
                Map.of(
                        "ids",
                        ids.toArray(String[]::new),
                        "environments",
                        environments.toArray(String[]::new),
                        "ahead",
                        ahead),
                Finding.class);
    }

    /** @param rules only these; null: all */
    List<Recorded> record(
            Collection<String> ids, List<String> environments, int ahead, @Nullable List<String> rules, UUID job) {
        Map<String, @Nullable Object> parameters = new HashMap<>();
        parameters.put("ids", ids.toArray(String[]::new));
        parameters.put("environments", environments.toArray(String[]::new));
        parameters.put("ahead", ahead);
        parameters.put("rules", rules == null ? null : rules.toArray(String[]::new));
        parameters.put("job", job.toString());
        return Rows.change(entityManager, RECORD, parameters, Recorded.class);
    }

    /** Writes down that a pattern was reported that no rule confirms; empty if that was done in this quarter of an hour. */
    List<Recorded> recordReport(String projectId, UUID job) {
        return Rows.change(
                entityManager, RECORD_REPORT, Map.of("project", projectId, "job", job.toString()), Recorded.class);
    }

    List<Due> due(UUID job) {
        return Rows.read(entityManager, DUE, Map.of("job", job.toString()), Due.class);
    }

    /** Projects of whom one window more may decide. */
    @SuppressWarnings("unchecked")
    List<String> toLookAtAgain(UUID job) {
        return entityManager
                .createNativeQuery(TO_LOOK_AT_AGAIN, String.class)
                .setParameter("job", job.toString())
                .getResultList();
    }

    /** Gives what is due of the projects its outcome. */
    void settle(Collection<String> projectIds, String outcome, @Nullable String withheld, @Nullable UUID suspensionId) {
        Map<String, @Nullable Object> parameters = new HashMap<>();
        parameters.put("ids", projectIds.toArray(String[]::new));
        parameters.put("outcome", outcome);
        parameters.put("withheld", withheld);
        parameters.put("suspension", suspensionId == null ? null : suspensionId.toString());
        Rows.execute(entityManager, SETTLE, parameters);
    }

    void settleConfirmed(UUID id, UUID suspensionId) {
        Rows.execute(
                entityManager, SETTLE_CONFIRMED, Map.of("id", id.toString(), "suspension", suspensionId.toString()));
    }

    /** How many more projects may be suspended now; nobody else suspends for abuse until the transaction ends. */
    long left() {
        entityManager.createNativeQuery(ONE_AT_A_TIME, String.class).getSingleResult();
        return ((Number) entityManager.createNativeQuery(LEFT).getSingleResult()).longValue();
    }
}
