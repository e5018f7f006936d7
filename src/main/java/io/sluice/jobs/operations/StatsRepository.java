package io.sluice.jobs.operations;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.JobsSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Figures about the queue, each one statement. */
@ApplicationScoped
class StatsRepository {
    private static final String COUNTS = """
            select type, status, count(*) from jobs group by type, status order by type, status
            """;

    /** A count of millions must not take further cores from the work. */
    private static final String ALONE = "select set_config('max_parallel_workers_per_gather', '0', true)";

    /** How many jobs of each queue are looked at for the oldest: those that come first in it. */
    private static final String HEAD = "100";

    private static final String READY = "j.status = 'pending' and j.blocked_by is null and j.concurrency_key is null";
    private static final String KEYED =
            "j.status = 'pending' and j.blocked_by is null and j.concurrency_key is not null";
    private static final String LIMITED = "j.status = 'pending' and j.blocked_by > 'jobs'";

    /**
     * Jumps along the indexes of the claims from type to type, and from limit to limit, and looks at the head of each
     * queue: a backlog of any length costs the same, and jobs that wait for other jobs cost nothing. Of limits it looks at
     * the first 1,000 that jobs wait for. Free are jobs that no limit and no rate holds back.
     */
    static final String DUE = "with recursive " + distinct("ready", "type", READY) + ", "
            + distinct("keyed", "type", KEYED) + ", "
            + distinct("limited", "blocked_by", LIMITED) + """
            , heads as (
            """ + head("ready", "type", READY, true) + " union all "
            + head("keyed", "type", KEYED, true) + " union all "
            + head("limited", "blocked_by", LIMITED, false) + """
            )
            select h.type, extract(epoch from sluice_now() - min(h.scheduled_at)),
                   extract(epoch from sluice_now() - min(h.scheduled_at) filter (where h.unblocked and t.rate_jobs is null)),
                   t.concurrency
            from heads h
            left join job_types t on t.type = h.type
            where not exists (select from job_types p where p.type in (h.type, '*') and p.paused)
            group by h.type, t.concurrency
            """;

    private static final String LAST_HOUR = """
            select count(*),
                   count(*) filter (where outcome = 'completed'),
                   percentile_disc(0.5) within group (order by seconds) filter (where outcome = 'completed'),
                   percentile_disc(0.95) within group (order by seconds) filter (where outcome = 'completed'),
                   percentile_disc(0.99) within group (order by seconds) filter (where outcome = 'completed')
            from (select outcome, extract(epoch from ended_at - started_at) as seconds
                  from job_attempts
                  where ended_at > sluice_now() - interval '1 hour') ended
            """;

    /** Others bury a node that misses its lease; of one that was alone only the age of its heartbeat tells. */
    private static final String NODES = """
            select id, name, started_at, state = 'draining', slots, running,
                   heartbeat_at > clock_timestamp() - make_interval(secs => :lease) as alive
            from nodes
            where state in ('active', 'draining')
            order by started_at, id
            """;

    /** What takes long where there are many jobs. */
    record Counted(List<Jobs.Count> counts, Jobs.LastHour lastHour) {}

    @PersistenceContext
    EntityManager entityManager;

    @Inject
    JobsSettings settings;

    /** The distinct values of an index's first column, each found by one look into it. */
    private static String distinct(String name, String column, String where) {
        return """
                %1$s as (
                    (select j.%2$s as key from jobs j where %3$s order by j.%2$s limit 1)
                    union all
                    select (select j.%2$s from jobs j where %3$s and j.%2$s > k.key order by j.%2$s limit 1)
                    from %1$s k
                    where k.key is not null
                )
                """.formatted(name, column, where);
    }

    private static String head(String name, String column, String where, boolean unblocked) {
        return """
                select h.type, h.scheduled_at, %5$s as unblocked
                from (select key from %1$s where key is not null limit 1000) k
                cross join lateral (
                    select j.type, j.scheduled_at
                    from jobs j
                    where %3$s and j.%2$s = k.key and j.rank <= sluice_now() at time zone 'UTC'
                      and j.scheduled_at <= sluice_now()
                    order by j.rank, j.id
                    limit %4$s
                ) h
                """.formatted(name, column, where, HEAD, unblocked);
    }

    Counted counted() {
        entityManager.createNativeQuery(ALONE).getSingleResult();
        Object[] hour = (Object[]) entityManager.createNativeQuery(LAST_HOUR).getSingleResult();
        return new Counted(
                rows(COUNTS).stream()
                        .map(row -> new Jobs.Count(
                                (String) row[0],
                                JobStatus.valueOf(((String) row[1]).toUpperCase(Locale.ROOT)),
                                ((Number) row[2]).longValue()))
                        .toList(),
                new Jobs.LastHour(
                        ((Number) hour[0]).longValue(),
                        ((Number) hour[1]).longValue(),
                        seconds(hour[2]),
                        seconds(hour[3]),
                        seconds(hour[4])));
    }

    @SuppressWarnings("unchecked")
    Jobs.Present present() {
        List<Object[]> nodes = entityManager
                .createNativeQuery(NODES)
                .setParameter("lease", settings.lease().toMillis() / 1000.0)
                .getResultList();
        List<Jobs.Node> living = nodes.stream()
                .filter(row -> (Boolean) row[6])
                .map(row -> new Jobs.Node(
                        (UUID) row[0],
                        (String) row[1],
                        (Instant) row[2],
                        (Boolean) row[3],
                        ((Number) row[4]).intValue(),
                        ((Number) row[5]).intValue()))
                .toList();
        return new Jobs.Present(due(), living, nodes.size() - living.size());
    }

    private List<Jobs.Due> due() {
        return rows(DUE).stream()
                .map(row -> new Jobs.Due((String) row[0], duration((Number) row[1]), seconds(row[2]), (Integer) row[3]))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private List<Object[]> rows(String statement) {
        return entityManager.createNativeQuery(statement).getResultList();
    }

    private static @Nullable Duration seconds(@Nullable Object value) {
        return value == null ? null : duration((Number) value);
    }

    private static Duration duration(Number seconds) {
        return Duration.ofMillis(Math.round(seconds.doubleValue() * 1000));
    }
}
