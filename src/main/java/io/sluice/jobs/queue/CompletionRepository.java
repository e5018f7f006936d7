package io.sluice.jobs.queue;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The statements by which attempts end well, many at a time. Each end is guarded and final: it changes the job, or nothing. */
@ApplicationScoped
class CompletionRepository {
    private static final int STATEMENT_LIMIT_MS = 15_000;

    private static final String ENDS = """
            with ends as materialized (
                select e.id, e.token, nullif(e.result, jsonb 'null') as result
                from rows from (unnest((select cast(:ids as uuid[]))), unnest((select cast(:tokens as bigint[]))),
                                jsonb_array_elements(cast(:results as jsonb))) as e (id, token, result)
            """;

    private static final String END = """
            ended as (
                update jobs j
                set status = 'completed', completed_at = sluice_now(), node_id = null, deadline_at = null,
                    result = e.result, last_error = null
                from ends e
                where j.id = e.id and j.fencing_token = e.token and j.node_id is not null
            """;

    private static final String ENDED = """
                returning j.id, j.fencing_token, j.attempts, j.started_at
            ),
            recorded as (
                insert into job_attempts (job_id, fencing_token, attempt, worker, started_at, outcome)
                select id, fencing_token, attempts, :worker, started_at, 'completed' from ended
            )
            """;

    /**
     * Jobs are looked up one by one in the order given, so that statements which go by ids don't wait in a circle. A job is
     * running if it has a node; said this way, because the index of running jobs is full of ended ones in a burst and must
     * not be used.
     */
    private static final String COMPLETE = ENDS + """
            ),
            """ + END + ENDED + """
            select token from ends where token not in (select fencing_token from ended)
            """;

    /** The same for those whose rows nobody has locked; what is left is locked, or not held any more. */
    private static final String COMPLETE_UNLOCKED = ENDS + """
            ),
            unlocked as materialized (
                select j.id
                from ends e
                join jobs j on j.id = e.id and j.fencing_token = e.token and j.node_id is not null
                for no key update of j skip locked
            ),
            """ + END + """
                  and j.id in (select id from unlocked)
            """ + ENDED + """
            select e.token,
                   exists (select from jobs j
                           where j.id = e.id and j.fencing_token = e.token and j.node_id is not null) as locked
            from ends e
            where e.token not in (select fencing_token from ended)
            """;

    /** Otherwise the jobs that wait for those that ended are seen to by the commit, whose failure doesn't say what it was. */
    private static final String SETTLE = "set constraints job_ends_settle immediate";

    private static final String WAIT_HARDLY = "select set_config('lock_timeout', '100', true)";

    @PersistenceContext
    EntityManager entityManager;

    /** Releases or cancels the jobs that waited for what this transaction has ended; waits for their locks. */
    void settle() {
        entityManager.createNativeQuery(SETTLE).executeUpdate();
    }

    /** All of one worker, at least one; returns the tokens of those that were not held any more. */
    @SuppressWarnings("unchecked")
    Set<Long> complete(List<Attempts.Completion> ends) {
        return Set.copyOf(ended(entityManager.createNativeQuery(COMPLETE, Long.class), ends)
                .getResultList());
    }

    /** Waits for no row that somebody else has locked, and for no more than a moment for those that wait for one of them. */
    @SuppressWarnings("unchecked")
    Attempts.Unstored completeUnlocked(List<Attempts.Completion> ends) {
        entityManager.createNativeQuery(WAIT_HARDLY).getSingleResult();
        List<Object[]> rows =
                ended(entityManager.createNativeQuery(COMPLETE_UNLOCKED), ends).getResultList();
        return new Attempts.Unstored(tokens(rows, false), tokens(rows, true));
    }

    private static Set<Long> tokens(List<Object[]> unstored, boolean locked) {
        return unstored.stream()
                .filter(row -> (Boolean) row[1] == locked)
                .map(row -> ((Number) row[0]).longValue())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Query ended(Query statement, List<Attempts.Completion> unsorted) {
        List<Attempts.Completion> ends = unsorted.stream()
                .sorted(Comparator.comparing(end -> end.holder().jobId()))
                .toList();
        return statement
                .setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS)
                .setParameter("ids", array(ends, end -> end.holder().jobId().toString(), "{", "}"))
                .setParameter(
                        "tokens", array(ends, end -> String.valueOf(end.holder().fencingToken()), "{", "}"))
                .setParameter("results", array(ends, Attempts.Completion::result, "[", "]"))
                .setParameter("worker", ends.get(0).holder().worker());
    }

    private static String array(
            List<Attempts.Completion> ends, Function<Attempts.Completion, String> member, String open, String close) {
        return ends.stream().map(member).collect(Collectors.joining(",", open, close));
    }
}
