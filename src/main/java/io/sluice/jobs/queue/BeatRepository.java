package io.sluice.jobs.queue;

import io.sluice.jobs.queue.Beat.Word;
import io.sluice.jobs.queue.Nodes.Claim;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * The statement by which a node says that it lives, and hears in the same round trip whatever it would have to ask for
 * otherwise. What costs more than a few looks at an index is only looked at when it is asked for.
 */
@ApplicationScoped
class BeatRepository {
    private static final int STATEMENT_LIMIT_MS = 10_000;

    /** A node's life must not depend on how long its looks take. */
    private static final int LOOKS_LIMIT_MS = 1_000;

    /** A slot that is due before the next heartbeats is known by then. */
    private static final String BEAT =
            """
            with beat as (
                update nodes set heartbeat_at = clock_timestamp(), running = :running
                where id = :id and state in ('active', 'draining')
                returning id
            )
            select 'alive' as word, id, cast(0 as bigint) as token from beat
            union all
            select 'cancel', id, fencing_token from jobs
            where node_id = :id and status = 'running' and cancel_requested_at is not null
            union all
            select 'lost', h.job_id, h.fencing_token
            from jsonb_to_recordset(cast(:held as jsonb)) as h (job_id uuid, fencing_token bigint)
            where not exists (select from jobs j
                              where j.id = h.job_id and j.fencing_token = h.fencing_token and j.status = 'running')
            union all
            select 'limited', cast(:id as uuid), 0
            where exists (select from jobs
                          where status = 'pending' and blocked_by is null and concurrency_key is not null)
               or exists (select from job_types t
                          where coalesce(t.cluster_limit, t.project_limit, t.rate_jobs) is not null
                            and exists (select from jobs j
                                        where j.status = 'pending' and j.type = t.type and j.blocked_by is null
                                          and j.concurrency_key is null))
            union all
            select 'blocked', cast(:id as uuid), 0
            where exists (select from jobs where status = 'pending' and blocked_by is not null)
            union all
            select 'ready', cast(:id as uuid), 0
            where :ready and exists (
                select from nodes n
                cross join lateral unnest(n.types) as t (type)
                where n.id = :id
                  and exists (select from jobs j
                              where j.status = 'pending' and j.blocked_by is null and j.concurrency_key is null
                                and j.type = t.type
                                and j.rank <= sluice_now() at time zone 'UTC'
                                and j.scheduled_at <= sluice_now()))
            union all
            select 'slot', cast(:id as uuid), 0
            where :looks and exists (
                select from schedules
                where enabled and (next_run_at is null or next_run_at <= sluice_now() + interval '5 seconds'))
            union all
            select 'orphans', cast(:id as uuid), 0
            where :sweep and exists (
                select
            """ + NodeRepository.LOST + """
                )
            union all
            select 'unknown', cast(:id as uuid), 0
            where :sweep and exists (
            """ + NodeRepository.UNKNOWN_TYPES + """
                select from unknown u where exists (
                    select
            """ + NodeRepository.OF_UNKNOWN_TYPE + """
                    ))
            union all
            select case when heartbeat_at < clock_timestamp() - make_interval(secs => :lease) then 'dead' else 'other' end,
                   id, 0
            from nodes
            where state in ('active', 'draining') and id <> :id
            """;

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    Beat beat(UUID id, Beat.Question question) {
        List<Object[]> rows = entityManager
                .createNativeQuery(BEAT)
                .setHint("jakarta.persistence.query.timeout", question.looks() ? LOOKS_LIMIT_MS : STATEMENT_LIMIT_MS)
                .setParameter("id", id)
                .setParameter("running", question.held().size())
                .setParameter("held", Json.write(question.held()))
                .setParameter("lease", NodeRepository.seconds(question.lease()))
                .setParameter("looks", question.looks())
                .setParameter("ready", question.ready())
                .setParameter("sweep", question.sweep())
                .setParameter("overdue", NodeRepository.seconds(question.overdue()))
                .setParameter("memory", NodeRepository.seconds(question.memory()))
                .getResultList();
        return heard(rows);
    }

    private static Beat heard(List<Object[]> rows) {
        Set<Word> words = EnumSet.noneOf(Word.class);
        List<Claim> cancelled = new ArrayList<>();
        List<Claim> lost = new ArrayList<>();
        for (Object[] row : rows) {
            Claim claim = new Claim((UUID) row[1], ((Number) row[2]).longValue());
            switch ((String) row[0]) {
                case "cancel" -> cancelled.add(claim);
                case "lost" -> lost.add(claim);
                default -> words.add(Word.valueOf(((String) row[0]).toUpperCase(Locale.ROOT)));
            }
        }
        return new Beat(words, cancelled, lost);
    }
}
