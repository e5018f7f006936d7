package io.sluice.jobs.operations;

import io.sluice.InvalidInputException;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs.Affected;
import io.sluice.jobs.Jobs.Selection;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Many jobs changed by people in one statement. */
@ApplicationScoped
class BulkRepository {
    /** One call must not hold locks, and make history, without bounds. */
    private static final int MOST = 100_000;

    private static final String SELECTED = """
              (cast(:status as text) is null or j.status = :status)
              and (cast(:type as text) is null or j.type = :type)
              and (cast(:project as text) is null or j.project_id = :project)
              and (cast(:batch as uuid) is null or j.batch_id = :batch)
              and (cast(:ids as jsonb) is null
                   or j.id = any (array(select cast(value as uuid)
                                        from jsonb_array_elements_text(cast(:ids as jsonb)))))
            """;

    private static final String ENDED = "j.status in ('failed', 'cancelled')";
    private static final String LIVE = "j.status in ('pending', 'running')";

    /**
     * Of several selected jobs with one unique key the newest, if no other job holds the key. One that holds it itself, in
     * the state that it ended in, leaves itself alone.
     */
    private static final String RETRYABLE = """
            with selected as materialized (
                select j.id, j.unique_key, j.unique_scope
                from jobs j
                where\s""" + ENDED + " and " + SELECTED + """
                  and j.quarantined = coalesce(cast(:quarantined as boolean), j.quarantined and cast(:ids as jsonb) is not null)
                  and j.attempts < 1000
            ), of_key as materialized (
                select distinct on (s.unique_key) s.id
                from selected s
                where s.unique_key is not null
                  and not exists (select from jobs o
                                  where o.unique_key = s.unique_key and o.status in ('pending', 'running'))
                order by s.unique_key, s.id desc
            ), of_scope as materialized (
                select distinct on (s.unique_scope) s.id
                from selected s
                where s.unique_scope is not null
                  and not exists (select from jobs o
                                  where o.unique_scope = s.unique_scope and o.status = any (o.unique_states)
                                    and o.id <> s.id)
                order by s.unique_scope, s.id desc
            ), wanted as materialized (
                select id
                from selected
                where (unique_key is null or id in (select id from of_key))
                  and (unique_scope is null or id in (select id from of_scope))
            )
            """;

    private static final String CANCELLABLE = """
            with wanted as materialized (
                select j.id from jobs j where\s""" + LIVE + " and " + SELECTED + """
            )
            """;

    private static final String COUNT = "select count(*) from wanted";

    /** How many jobs of which project were changed. */
    private static final String CHANGE = """
            , chosen as materialized (
                select j.id from jobs j
                where j.id in (select id from wanted) and %s
                order by j.id limit :most
                for update of j skip locked
            ), changed as (
                update jobs j
                set %s
                from chosen c
                where j.id = c.id
                returning j.project_id
            )
            select project_id, count(*) from changed group by project_id order by project_id
            """;

    /**
     * What the jobs will wait for again, in the order of the ids, as ends and whoever makes jobs wait for others lock them;
     * before any of the jobs, for which nothing waits. The retry by itself would lock the needs of one job after the other.
     */
    private static final String LOCK_NEEDS = RETRYABLE + """
            , needs as materialized (
                select p.id from jobs p
                where p.status in ('pending', 'running')
                  and p.id in (select unnest(j.depends_on) from jobs j
                               where j.id in (select id from wanted order by id limit :most))
                order by p.id
                for no key update
            )
            select count(*) from needs
            """;

    private static final String RETRY = RETRYABLE + CHANGE.formatted(ENDED, """
                    status = 'pending', scheduled_at = sluice_now(), completed_at = null, max_attempts = attempts + 1,
                    rescues = 0, quarantined = false, pending_key = null, blocked_by = null, cancel_requested_at = null,
                    progress_percent = null, progress_message = null
                    """);

    private static final String CANCEL = CANCELLABLE + CHANGE.formatted(LIVE, """
                    status = case when j.status = 'pending' then 'cancelled' else j.status end,
                    completed_at = case when j.status = 'pending' then sluice_now() end,
                    cancel_requested_at = coalesce(j.cancel_requested_at, clock_timestamp())
                    """);

    /**
     * What one call changed, or would change.
     *
     * @param byProject how many jobs of each project; under null those of none; empty for a dry run
     */
    record Changed(Affected affected, Map<@Nullable String, Long> byProject) {}

    @PersistenceContext
    EntityManager entityManager;

    Changed retry(Selection selection, boolean dryRun) {
        Map<String, @Nullable Object> asked = asked(selection, List.of(JobStatus.FAILED, JobStatus.CANCELLED));
        asked.put("quarantined", selection.quarantined());
        if (!dryRun) {
            about(LOCK_NEEDS, asked).setParameter("most", MOST).getSingleResult();
        }
        return run(RETRY, RETRYABLE + COUNT, asked, dryRun);
    }

    Changed cancel(Selection selection, boolean dryRun) {
        if (selection.quarantined() != null) {
            throw new InvalidInputException("quarantined", "can only be said of jobs that are to be retried.");
        }
        return run(
                CANCEL, CANCELLABLE + COUNT, asked(selection, List.of(JobStatus.PENDING, JobStatus.RUNNING)), dryRun);
    }

    private Changed run(String change, String count, Map<String, @Nullable Object> asked, boolean dryRun) {
        long all = ((Number) about(count, asked).getSingleResult()).longValue();
        if (dryRun) {
            return new Changed(new Affected(Math.min(all, MOST), Math.max(all - MOST, 0)), Map.of());
        }
        @SuppressWarnings("unchecked")
        List<Object[]> rows = about(change, asked).setParameter("most", MOST).getResultList();
        Map<@Nullable String, Long> byProject = new LinkedHashMap<>();
        rows.forEach(row -> byProject.put((String) row[0], ((Number) row[1]).longValue()));
        long changed = byProject.values().stream().mapToLong(Long::longValue).sum();
        return new Changed(new Affected(changed, Math.max(all - changed, 0)), byProject);
    }

    private Query about(String statement, Map<String, @Nullable Object> asked) {
        Query query = entityManager.createNativeQuery(statement);
        asked.forEach(query::setParameter);
        return query;
    }

    /** The parameters of {@link #SELECTED}. */
    private static Map<String, @Nullable Object> asked(Selection selection, List<JobStatus> possible) {
        if (selection.type() == null
                && selection.status() == null
                && selection.projectId() == null
                && selection.batchId() == null
                && !Boolean.TRUE.equals(selection.quarantined())
                && selection.ids() == null) {
            throw new InvalidInputException(
                    "body", "must name type, status, project_id, batch_id, ids or quarantined.");
        }
        JobStatus status = selection.status();
        if (status != null && !possible.contains(status)) {
            throw new InvalidInputException(
                    "status",
                    "must be " + possible.stream().map(JobStatus::word).collect(Collectors.joining(" or ")) + " here.");
        }
        Map<String, @Nullable Object> asked = new HashMap<>();
        asked.put("status", status == null ? null : status.word());
        asked.put("type", selection.type());
        asked.put("project", selection.projectId());
        asked.put("batch", selection.batchId());
        asked.put("ids", selection.ids() == null ? null : Json.write(selection.ids()));
        return asked;
    }
}
