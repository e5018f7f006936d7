package io.sluice.jobs.queue;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements by which attempts begin and end. Each is guarded and final: it changes the job, or nothing. */
@ApplicationScoped
class AttemptRepository {
    private static final int STATEMENT_LIMIT_MS = 15_000;

    private static final String RECORD = """
            insert into job_attempts (job_id, fencing_token, attempt, worker, started_at, outcome, error)
            select id, :token, attempt, :worker, started_at, :outcome, :error
            from ended
            """;

    /** The attempt doesn't count. Who asked for the job's end is heard here too: it must not run again. */
    private static final String PUT_BACK = """
            set status = case when cancel_requested_at is null then 'pending' else 'cancelled' end,
            completed_at = case when cancel_requested_at is null then null else sluice_now() end,
            attempts = attempts - 1, node_id = null, deadline_at = null
            """;

    private static final String FAIL = """
            with ended as (
                update jobs
                set status = case when not (:retryable and attempts < max_attempts) then 'failed'
                                  when cancel_requested_at is null then 'pending' else 'cancelled' end,
                    scheduled_at = case when :retryable and attempts < max_attempts
                        then sluice_now() + make_interval(secs => :delay) else scheduled_at end,
                    completed_at = case when :retryable and attempts < max_attempts and cancel_requested_at is null
                        then null else sluice_now() end,
                    node_id = null, deadline_at = null, last_error = :error
                where id = :id and fencing_token = :token and status = 'running'
                returning id, attempts as attempt, started_at, status, type, project_id, completed_at
            ),
            recorded as (
                insert into job_attempts (job_id, fencing_token, attempt, worker, started_at, outcome, error, error_told)
                select id, :token, attempt, :worker, started_at, :outcome, :error, :told
                from ended
            )
            select id, type, project_id, attempt, completed_at, status = 'failed' as dead from ended
            """;

    private static final String GIVE_BACK = """
            with ended as (
                update jobs
            """ + PUT_BACK + """
                    , scheduled_at = case when :delay > 0
                        then sluice_now() + make_interval(secs => :delay) else scheduled_at end
                where id = :id and fencing_token = :token and status = 'running'
                returning id, attempts + 1 as attempt, started_at
            )
            """ + RECORD;

    private static final String CANCEL = """
            with ended as (
                update jobs
                set status = 'cancelled', completed_at = sluice_now(), node_id = null, deadline_at = null,
                    last_error = :error
                where id = :id and fencing_token = :token and status = 'running'
                returning id, attempts as attempt, started_at
            )
            """ + RECORD;

    /**
     * Continues a {@code with recursive} that found jobs which are {@code ending} without having completed: those that are
     * {@code held_up}, because somebody has locked one that would be released or cancelled with them. Their end would wait
     * for that lock, and with it all that is done by the same statement. Who is not locked by others is locked here.
     */
    static final String HELD_UP = """
            waiting (need, id, cancelled) as (
                select n.id, w.id, w.run_if = 'all_completed'
                from ending n
                join job_dependencies d on d.needs = n.id
                join jobs w on w.id = d.job_id and w.status = 'pending' and w.blocked_by = 'jobs'
                union
                select v.need, w.id, w.run_if = 'all_completed'
                from waiting v
                join job_dependencies d on d.needs = v.id
                join jobs w on w.id = d.job_id and w.status = 'pending' and w.blocked_by = 'jobs'
                where v.cancelled
            ),
            unlocked as materialized (
                select id from jobs where id = any (array(select id from waiting)) for no key update skip locked
            ),
            held_up as (
                select need from waiting where id not in (select id from unlocked)
            )
            """;

    /** Running jobs {@code r} of a node that are not among those that it says to hold. */
    private static final String UNHELD = """
            from jobs r
            where r.node_id = :node and r.status = 'running'
              and not exists (
                  select from jsonb_to_recordset(cast(:held as jsonb)) as h (job_id uuid, fencing_token bigint)
                  where h.job_id = r.id and h.fencing_token = r.fencing_token)
            """;

    private static final String GIVE_BACK_UNHELD = """
            with recursive unheld as materialized (
                select r.id, r.cancel_requested_at is not null as ends
            """ + UNHELD + """
                for no key update skip locked
            ),
            ending as (
                select id from unheld where ends
            ),
            """ + HELD_UP + """
            ,
            ended as (
                update jobs j
            """ + PUT_BACK + """
                where j.id in (select id from unheld where id not in (select need from held_up))
                returning j.id, j.attempts + 1 as attempt, j.started_at, j.fencing_token
            ),
            recorded as (
                insert into job_attempts (job_id, fencing_token, attempt, worker, started_at, outcome, error)
                select id, fencing_token, attempt, :worker, started_at, 'interrupted', :error
                from ended
            )
            select (select count(*) from ended) as jobs,
                   exists (select
            """ + UNHELD + """
                       and r.id not in (select id from ended)) as locked
            """;

    private static final String OWN = """
            select 1 from jobs where id = :id and fencing_token = :token and status = 'running' for share
            """;

    /** Skips a row that is locked: the handler's own open transaction may be the one that holds it. */
    private static final String PROGRESS = """
            update jobs
            set progress_percent = :percent, progress_message = :message, progress_at = sluice_now()
            where id = (select id from jobs
                        where id = :id and fencing_token = :token and status = 'running'
                        for update skip locked)
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** The job, and whether it is dead now; empty if it was no longer held. */
    @SuppressWarnings("unchecked")
    Optional<Failure> fail(Holder holder, String outcome, Attempts.Cause cause, boolean retryable, Duration delay) {
        List<Tuple> rows = limited(entityManager.createNativeQuery(FAIL, Tuple.class))
                .setParameter("id", holder.jobId())
                .setParameter("token", holder.fencingToken())
                .setParameter("worker", holder.worker())
                .setParameter("outcome", outcome)
                .setParameter("error", cause.error())
                .setParameter("told", cause.told())
                .setParameter("retryable", retryable)
                .setParameter("delay", seconds(delay))
                .getResultList();
        return rows.stream()
                .map(row -> new Failure(row.get("dead", Boolean.class) ? JobEvents.failed(row) : null))
                .findFirst();
    }

    /**
     * A failed attempt.
     *
     * @param dead the job, if it is not tried again
     */
    record Failure(JobEvents.@Nullable Failed dead) {}

    boolean giveBack(Holder holder, String outcome, @Nullable String error, Duration delay) {
        return end(GIVE_BACK, holder, outcome, error)
                        .setParameter("delay", seconds(delay))
                        .executeUpdate()
                == 1;
    }

    boolean cancel(Holder holder, String error) {
        return end(CANCEL, holder, "cancelled", error).executeUpdate() == 1;
    }

    /** @param held array of {@code {job_id, fencing_token}} */
    Attempts.GivenBack giveBackUnheld(UUID node, String worker, String held, String error) {
        Tuple given = (Tuple) limited(entityManager.createNativeQuery(GIVE_BACK_UNHELD, Tuple.class))
                .setParameter("node", node)
                .setParameter("worker", worker)
                .setParameter("held", held)
                .setParameter("error", error)
                .getSingleResult();
        return new Attempts.GivenBack(
                Math.toIntExact(given.get("jobs", Long.class)), given.get("locked", Boolean.class));
    }

    boolean own(Holder holder) {
        return !guarded(OWN, holder).getResultList().isEmpty();
    }

    void progress(Holder holder, int percent, String message) {
        guarded(PROGRESS, holder)
                .setParameter("percent", percent)
                .setParameter("message", message)
                .executeUpdate();
    }

    private Query end(String statement, Holder holder, String outcome, @Nullable String error) {
        return guarded(statement, holder)
                .setParameter("worker", holder.worker())
                .setParameter("outcome", outcome)
                .setParameter("error", error);
    }

    private Query guarded(String statement, Holder holder) {
        return limited(entityManager.createNativeQuery(statement))
                .setParameter("id", holder.jobId())
                .setParameter("token", holder.fencingToken());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static Query limited(Query query) {
        return query.setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS);
    }
}
