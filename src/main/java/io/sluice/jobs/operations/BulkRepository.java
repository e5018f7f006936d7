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

/** Many jobs changed by people in one statement. */
@ApplicationScoped
class BulkRepository {
    private static final int MOST = 100_000;

    private static final String SELECTED = """
            j.status = any (array(select jsonb_array_elements_text(cast(:states as jsonb))))
              and (cast(:status as text) is null or j.status = :status)
              and (cast(:type as text) is null or j.type = :type)
              and (cast(:project as text) is null or j.project_id = :project)
              and (cast(:batch as uuid) is null or j.batch_id = :batch)
              and (cast(:ids as jsonb) is null
                   or j.id = any (array(select cast(value as uuid)
                                        from jsonb_array_elements_text(cast(:ids as jsonb)))))
            """;

    /** Of several jobs with one unique key the newest, if none of that key is alive. */
    private static final String RETRYABLE = SELECTED + """
              and j.quarantined = coalesce(cast(:quarantined as boolean), j.quarantined and cast(:ids as jsonb) is not null)
              and j.attempts < 1000
              and (j.unique_key is null or not exists (
                  select from jobs o
                  where o.unique_key = j.unique_key
                    and (o.status in ('pending', 'running')
                         or (o.status in ('failed', 'cancelled') and o.id > j.id))))
              and (j.unique_scope is null or not exists (
                  select from jobs o
                  where o.unique_scope = j.unique_scope and o.id <> j.id
                    and (o.status = any (o.unique_states)
                         or (o.status in ('failed', 'cancelled') and o.id > j.id))))
            """;

    private static final String COUNT = "select count(*) from jobs j where ";

    private static final String CHOSEN = """
            with chosen as materialized (select j.id from jobs j where %s order by j.id limit :most for update of j skip locked)
            """;

    private static final String RETRY = CHOSEN.formatted(RETRYABLE) + """
            update jobs j
            set status = 'pending', scheduled_at = sluice_now(), completed_at = null, max_attempts = attempts + 1,
                rescues = 0, quarantined = false, pending_key = null, blocked_by = null, cancel_requested_at = null, progress_percent = null,
                progress_message = null
            from chosen c
            where j.id = c.id
            """;

    private static final String CANCEL = CHOSEN.formatted(SELECTED) + """
            update jobs j
            set status = case when j.status = 'pending' then 'cancelled' else j.status end,
                completed_at = case when j.status = 'pending' then sluice_now() end,
                cancel_requested_at = coalesce(j.cancel_requested_at, clock_timestamp())
            from chosen c
            where j.id = c.id
            """;

    @PersistenceContext
    EntityManager entityManager;

    Affected retry(Selection selection, boolean dryRun) {
        return run(RETRY, COUNT + RETRYABLE, selection, new String[] {"failed", "cancelled"}, dryRun, true);
    }

    Affected cancel(Selection selection, boolean dryRun) {
        if (selection.quarantined() != null) {
            throw new InvalidInputException("quarantined", "can only be said of jobs that are to be retried.");
        }
        return run(CANCEL, COUNT + SELECTED, selection, new String[] {"pending", "running"}, dryRun, false);
    }

    private Affected run(
            String change, String count, Selection selection, String[] states, boolean dryRun, boolean retry) {
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
        if (status != null && java.util.Arrays.stream(states).noneMatch(status.word()::equals)) {
            throw new InvalidInputException("status", "must be " + String.join(" or ", states) + " here.");
        }
        long all = ((Number) about(count, selection, states, retry).getSingleResult()).longValue();
        if (dryRun) {
            return new Affected(all, 0);
        }
        long changed = about(change, selection, states, retry)
                .setParameter("most", MOST)
                .executeUpdate();
        return new Affected(changed, Math.max(all - changed, 0));
    }

    private Query about(String statement, Selection selection, String[] states, boolean retry) {
        JobStatus status = selection.status();
        Query query = entityManager
                .createNativeQuery(statement)
                .setParameter("states", Json.write(states))
                .setParameter("status", status == null ? null : status.word())
                .setParameter("type", selection.type())
                .setParameter("project", selection.projectId())
                .setParameter("batch", selection.batchId())
                .setParameter("ids", selection.ids() == null ? null : Json.write(selection.ids()));
        return retry ? query.setParameter("quarantined", selection.quarantined()) : query;
    }
}
