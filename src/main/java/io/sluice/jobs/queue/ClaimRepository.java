package io.sluice.jobs.queue;

import io.sluice.jobs.Job;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

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
                       least(coalesce(s.concurrency, k.concurrency), k.concurrency) - k.running as free,
                       coalesce(s.cluster_limit, s.project_limit, s.rate_jobs) is not null as limited,
                       case when s.rate_jobs is null then 1000000 else floor(least(s.rate_jobs,
                           coalesce(s.rate_tokens, s.rate_jobs) + s.rate_jobs * 1000.0 / s.rate_ms
                               * extract(epoch from clock_timestamp() - coalesce(s.rate_at, clock_timestamp()))))
                           end as tokens
                from jsonb_to_recordset(cast(:known as jsonb)) as k
                    (type text, max_attempts integer, timeout_ms bigint, concurrency integer, running integer,
                     own boolean)
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

    /**
     * Looks at the head of each type's queue, so that no type stands in another's way, and takes the first of all heads.
     * The CTEs are fenced by {@code materialized}, because the planner may otherwise evaluate a limit twice and claim more
     * than asked for. Rows that are looked at and not taken are locked for a moment and stay as they are.
     */
    private static final String CLAIM = KNOWN + """
            , due as materialized (
                select c.id, c.rank, k.max_attempts, k.timeout_ms, k.own
                from known k
                cross join lateral (
                    select j.id, j.rank
                    from jobs j
                    where j.status = 'pending' and j.blocked_by is null and j.concurrency_key is null
                      and j.type = k.type
                      and j.rank <= sluice_now() at time zone 'UTC'
                      and j.scheduled_at <= sluice_now()
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
            )
            """ + BEGIN + """
            from placed p
            where j.id = p.id
              and (p.own or p.place <= :slots)
            returning j.*
            """;

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    List<Job> claim(UUID node, Collection<Claimable> known, Collection<UUID> busy, int slots) {
        return entityManager
                .createNativeQuery(CLAIM, Job.class)
                .setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS)
                .setParameter("known", Json.write(known))
                .setParameter("busy", Json.write(busy))
                .setParameter("node", node)
                .setParameter("slots", slots)
                .getResultList();
    }
}
