package io.sluice.jobs.queue;

import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.hibernate.query.NativeQuery;

/** The statement by which a node takes jobs that have no limits, and the parts that it shares with {@link LimitRepository}. */
@ApplicationScoped
class ClaimRepository {
    private static final int STATEMENT_LIMIT_MS = 15_000;

    /**
     * What this node may start, unless operators paused it; {@code free} is how many more of it. Types with limits that
     * hold on all nodes together are left to {@link LimitRepository}.
     */
    static final String KNOWN = """
            with known as materialized (
                select k.type, k.max_attempts, k.timeout_ms, k.own,
                       coalesce(k.after_rank, '-infinity') as after_rank,
                       coalesce(k.after_id, '00000000-0000-0000-0000-000000000000') as after_id,
                       least(coalesce(s.concurrency, k.concurrency), k.concurrency) - k.running as free,
                       coalesce(s.cluster_limit, s.project_limit, s.rate_jobs) is not null as limited,
                       case when s.rate_jobs is null then 1000000 else floor(least(s.rate_jobs,
                           coalesce(s.rate_tokens, s.rate_jobs) + s.rate_jobs * 1000.0 / s.rate_ms
                               * extract(epoch from clock_timestamp() - coalesce(s.rate_at, clock_timestamp()))))
                           end as tokens
                from jsonb_to_recordset(cast(:known as jsonb)) as k
                    (type text, max_attempts integer, timeout_ms bigint, concurrency integer, running integer,
                     own boolean, after_rank timestamp, after_id uuid)
                left join job_types s on s.type = k.type
                where not coalesce(s.paused, false)
                  and not exists (select from job_types a where a.type = '*' and a.paused)
            )
            """;

    static final String BEGIN = """
            update jobs j
            set status = 'running',
                attempts = j.attempts + 1,
                max_attempts = greatest(coalesce(j.max_attempts, p.max_attempts), j.attempts + 1),
                node_id = :node,
                fencing_token = nextval('job_fencing_tokens'),
                started_at = sluice_now(),
                deadline_at = clock_timestamp() + make_interval(secs => p.timeout_ms / 1000.0),
                pending_key = null,
                blocked_by = null,
                cancel_requested_at = null,
                progress_percent = null,
                progress_message = null
            """;

    /** What {@link #read} reads, in the order of the queue; {@code placed} is what was looked at. */
    static final String RETURNED = """
            returning j.id, j.type, j.payload, j.attempts, j.project_id, j.request_id, j.concurrency_key,
                      j.fencing_token, j.rank, j.traceparent
            )
            select id, type, cast(payload as text) as payload, attempts, project_id, request_id, concurrency_key,
                   fencing_token, rank, traceparent, (select count(*) from placed) as looked_at
            from begun
            order by rank, id
            """;

    /**
     * Looks at the head of each type's queue, so that no type stands in another's way, and takes the first of all heads.
     * The CTEs are fenced by {@code materialized}, because the planner may otherwise evaluate a limit twice and claim more
     * than asked for; the array is computed once and makes it look rows up by their ids, however many it expects. Rows that
     * are looked at and not taken are locked for a moment and stay as they are.
     */
    static final String CLAIM = KNOWN + """
            , due as materialized (
                select c.id, c.rank, k.own
                from known k
                cross join lateral (
                    select j.id, j.rank
                    from jobs j
                    where j.status = 'pending' and j.blocked_by is null and j.concurrency_key is null
                      and j.type = k.type
                      and j.rank <= sluice_now() at time zone 'UTC'
                      and j.scheduled_at <= sluice_now()
                      and (j.rank, j.id) > (k.after_rank, k.after_id)
                      and j.id <> all (array(select cast(value as uuid)
                                             from jsonb_array_elements_text(cast(:busy as jsonb))))
                    order by j.rank, j.id
                    limit greatest(case when k.own then k.free else least(k.free, :slots) end, 0)
                    for update of j skip locked
                ) c
                where not k.limited
                  and exists (select from nodes n where n.id = :node and n.state = 'active')
            ),
            placed as materialized (
                select d.*, row_number() over (partition by d.own order by d.rank, d.id) as place from due d
            ),
            begun as (
            """ + BEGIN + """
            from known p
            where j.id = any (array(select id from placed where own or place <= :slots))
              and p.type = j.type
            """ + RETURNED;

    /**
     * What a look took.
     *
     * @param passedOver whether it locked more jobs than it took: nodes that looked at the same time didn't see them
     */
    record Claim(List<ClaimedJob> jobs, boolean passedOver) {}

    @PersistenceContext
    EntityManager entityManager;

    /** @param known a type whose queue's first part is known to be taken says from where to look */
    Claim claim(UUID node, Collection<Claimable> known, Collection<UUID> busy, int slots) {
        return read(entityManager
                .createNativeQuery(CLAIM)
                .setParameter("known", Json.write(known))
                .setParameter("busy", Json.write(busy))
                .setParameter("node", node)
                .setParameter("slots", slots));
    }

    @SuppressWarnings("unchecked")
    static Claim read(Query claim) {
        List<Object[]> rows = claim.setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS)
                .unwrap(NativeQuery.class)
                .addScalar("id", UUID.class)
                .addScalar("type", String.class)
                .addScalar("payload", String.class)
                .addScalar("attempts", Integer.class)
                .addScalar("project_id", String.class)
                .addScalar("request_id", String.class)
                .addScalar("concurrency_key", String.class)
                .addScalar("fencing_token", Long.class)
                .addScalar("rank", LocalDateTime.class)
                .addScalar("traceparent", String.class)
                .addScalar("looked_at", Long.class)
                .getResultList();
        List<ClaimedJob> jobs = new ArrayList<>(rows.size());
        for (Object[] row : rows) {
            jobs.add(new ClaimedJob(
                    (UUID) row[0],
                    (String) row[1],
                    (String) row[2],
                    (Integer) row[3],
                    (String) row[4],
                    (String) row[5],
                    (String) row[6],
                    (Long) row[7],
                    (LocalDateTime) row[8],
                    (String) row[9]));
        }
        return new Claim(jobs, !rows.isEmpty() && (Long) rows.get(0)[10] > rows.size());
    }
}
