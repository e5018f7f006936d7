package io.sluice.jobs.queue;

import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Who is alive, and what happens to the jobs of those who are not. Lives on the real clock throughout. */
@ApplicationScoped
class NodeRepository {
    private static final int STATEMENT_LIMIT_MS = 10_000;

    private static final String REGISTER = """
            insert into nodes (name, types, slots)
            select :name, array(select jsonb_array_elements_text(cast(:types as jsonb))), :slots
            returning id
            """;

    private static final String BURY = """
            update nodes
            set state = 'dead', ended_at = clock_timestamp(), running = 0
            where state in ('active', 'draining')
              and id <> :id
              and heartbeat_at < clock_timestamp() - make_interval(secs => :lease)
            """;

    /** Running jobs {@code j} without a living owner {@code n}. */
    static final String LOST = """
            from jobs j
            left join nodes n on n.id = j.node_id
            where j.status = 'running'
              and (n.id is null or n.state not in ('active', 'draining')
                   or j.deadline_at < clock_timestamp() - make_interval(secs => :overdue))
            """;

    /**
     * Looks for jobs without a living owner rather than for the owner just buried: a claim that was under way while its
     * node was being buried is found by the next sweep. A deadline long past is the second, independent reason.
     * Poison is a job that lost its node too often, or in every attempt that it has: one loss alone proves nothing. What is
     * held up is taken by a later sweep, too.
     */
    private static final String RESCUE = """
            with recursive lost as materialized (
                select j.id, j.fencing_token, coalesce(n.name, 'unknown') as worker,
                       j.attempts >= j.max_attempts as last_attempt,
                       j.rescues + 1 >= least(:mostRescues, greatest(j.max_attempts, 2)) as poison,
                       j.cancel_requested_at is not null as cancelled
            """ + LOST + """
                for update of j skip locked
            ),
            judged as (
                select l.*,
                       case when cancelled then 'cancelled' when last_attempt or poison then 'failed'
                            else 'pending' end as verdict,
                       'Node ' || worker || ' was lost while it ran this job'
                           || case when poison then '; that has happened too often, it is quarantined until somebody retries it'
                                   when last_attempt then ' for the last time allowed' else '' end || '.' as reason
                from lost l
            ),
            ending as (
                select id from judged where verdict <> 'pending'
            ),
            """ + AttemptRepository.HELD_UP + """
            ,
            moved as (
                update jobs j
                set status = g.verdict,
                    completed_at = case when g.verdict = 'pending' then null else sluice_now() end,
                    quarantined = g.verdict = 'failed' and g.poison,
                    rescues = j.rescues + 1, node_id = null, deadline_at = null, last_error = g.reason
                from judged g
                where j.id = g.id and j.id not in (select need from held_up)
                returning j.id, g.fencing_token, j.attempts as attempt, g.worker, j.started_at, g.reason,
                    j.type, j.project_id, j.completed_at, j.status
            ),
            recorded as (
                insert into job_attempts (job_id, fencing_token, attempt, worker, started_at, outcome, error)
                select id, fencing_token, attempt, worker, started_at, 'lost', reason
                from moved
            )
            select id, type, project_id, attempt, completed_at, status = 'failed' as dead from moved
            """;

    /**
     * Walks the distinct types by index jumps, so that a long queue of a known type costs nothing. What a node in a living
     * state knows is known, however old its heartbeat is: one that is alone seldom says that it lives. Should it be dead,
     * others bury it once its lease is over, whoever waits for its types, and from then on the age counts: a type that a
     * node knew not long ago waits for that node to come back, as in a rolling deploy.
     */
    static final String UNKNOWN_TYPES = """
            with recursive types as (
                (select type from jobs order by type limit 1)
                union all
                select (select j.type from jobs j where j.type > t.type order by j.type limit 1)
                from types t
                where t.type is not null
            ),
            unknown as materialized (
                select t.type from types t
                where t.type is not null
                  and not exists (select from nodes n
                                  where t.type = any (n.types)
                                    and (n.state in ('active', 'draining')
                                         or n.heartbeat_at > clock_timestamp() - make_interval(secs => :memory)))
            )
            """;

    /** Due jobs {@code j} of an unknown type {@code u}. */
    static final String OF_UNKNOWN_TYPE = """
            from jobs j
            where j.type = u.type and j.status = 'pending'
              and j.scheduled_at <= sluice_now() - interval '5 seconds'
              and j.created_at <= sluice_now() - interval '5 seconds'
            """;

    /** At most so many of each type that one transaction can tell of them. */
    static final String PARK_UNKNOWN = UNKNOWN_TYPES + """
            ,
            parked as materialized (
                select w.id
                from unknown u
                cross join lateral (
                    select j.id
            """ + OF_UNKNOWN_TYPE + """
                    order by j.type, j.status, j.id
                    limit 10000
                    for update of j skip locked
                ) w
            ),
            ending as (
                select id from parked
            ),
            """ + AttemptRepository.HELD_UP + """
            update jobs
            set status = 'failed', completed_at = sluice_now(),
                last_error = 'No node has a handler for type ''' || type || '''.'
            where id = any (array(select id from parked where id not in (select need from held_up)))
            returning id, type, project_id, attempts as attempt, completed_at, true as dead
            """;

    /**
     * Written while the clock was ahead: a node that is dead would pass for alive until that time comes again. One that
     * lives says so anew long before its lease is over.
     */
    private static final String COUNT_FROM_NOW = """
            update nodes set heartbeat_at = clock_timestamp() where heartbeat_at > clock_timestamp()
            """;

    private static final String FORGET = """
            delete from nodes where ended_at < clock_timestamp() - interval '7 days'
            """;

    private static final String DRAIN = """
            update nodes
            set state = 'draining', running = :running, heartbeat_at = clock_timestamp(),
                drain_started_at = coalesce(drain_started_at, clock_timestamp())
            where id = :id and state in ('active', 'draining')
            """;

    private static final String STOP = """
            update nodes
            set state = 'stopped', running = 0, ended_at = clock_timestamp()
            where id = :id and state in ('active', 'draining')
            """;

    /** Does not wait for the disk: a word that is lost with the server is said again by every poll. */
    private static final String WAKE = """
            select set_config('synchronous_commit', 'off', true), cast(pg_notify(:channel, :payload) as text)
            """;

    @PersistenceContext
    EntityManager entityManager;

    UUID register(String name, Collection<String> types, int slots) {
        return (UUID) query(REGISTER)
                .setParameter("name", name)
                .setParameter("types", Json.write(types))
                .setParameter("slots", slots)
                .getSingleResult();
    }

    int bury(UUID id, Duration lease) {
        return query(BURY)
                .setParameter("id", id)
                .setParameter("lease", seconds(lease))
                .executeUpdate();
    }

    Moved rescue(int mostRescues, Duration overdue) {
        return moved(rows(RESCUE).setParameter("mostRescues", mostRescues).setParameter("overdue", seconds(overdue)));
    }

    Moved parkUnknown(Duration memory) {
        return moved(rows(PARK_UNKNOWN).setParameter("memory", seconds(memory)));
    }

    /**
     * Jobs that one statement moved.
     *
     * @param dead those that are not tried again
     */
    record Moved(int jobs, List<JobEvents.Failed> dead) {}

    @SuppressWarnings("unchecked")
    private static Moved moved(Query query) {
        List<Tuple> rows = query.getResultList();
        return new Moved(
                rows.size(),
                rows.stream()
                        .filter(row -> row.get("dead", Boolean.class))
                        .map(JobEvents::failed)
                        .toList());
    }

    private Query rows(String statement) {
        return entityManager
                .createNativeQuery(statement, Tuple.class)
                .setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS);
    }

    /** Heartbeats from the future count as of now. */
    void countFromNow() {
        query(COUNT_FROM_NOW).executeUpdate();
    }

    void forget() {
        query(FORGET).executeUpdate();
    }

    void drain(UUID id, int running) {
        query(DRAIN).setParameter("id", id).setParameter("running", running).executeUpdate();
    }

    void stop(UUID id) {
        query(STOP).setParameter("id", id).executeUpdate();
    }

    void wake(String channel, String payload) {
        query(WAKE)
                .setParameter("channel", channel)
                .setParameter("payload", payload)
                .getResultList();
    }

    private Query query(String statement) {
        return entityManager
                .createNativeQuery(statement)
                .setHint("jakarta.persistence.query.timeout", STATEMENT_LIMIT_MS);
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
