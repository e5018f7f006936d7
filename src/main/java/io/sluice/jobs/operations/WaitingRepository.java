package io.sluice.jobs.operations;

import io.sluice.jobs.Job;
import io.sluice.jobs.Jobs.Holder;
import io.sluice.jobs.JobsSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Facts about one pending job. */
@ApplicationScoped
class WaitingRepository {
    private static final String FACTS = """
            select j.scheduled_at > sluice_now() as early,
                   coalesce(t.paused, false) as paused,
                   exists (select from job_types a where a.type = '*' and a.paused) as all_paused,
                   (select count(*) from nodes n
                    where n.state = 'active' and j.type = any (n.types)
                      and n.heartbeat_at > clock_timestamp() - make_interval(secs => :lease)) as workers,
                   t.cluster_limit, t.project_limit,
                   case when t.rate_jobs is not null and b.tokens < 1
                        then clock_timestamp() + make_interval(secs => (1 - b.tokens) * t.rate_ms / 1000.0 / t.rate_jobs)
                        end as next_token
            from jobs j
            left join job_types t on t.type = j.type
            cross join lateral (
                select least(t.rate_jobs, coalesce(t.rate_tokens, t.rate_jobs) + t.rate_jobs * 1000.0 / t.rate_ms
                    * extract(epoch from clock_timestamp() - coalesce(t.rate_at, clock_timestamp()))) as tokens) b
            where j.id = :id
            """;

    /** In the order of the indexes of claims, whose conditions are said in their words: none behind the job is read. */
    private static final String AHEAD = """
            select count(*) from (
                select from jobs o
                where o.status = 'pending' and o.type = :type and o.blocked_by is null and o.concurrency_key is %s
                  and o.rank < (select j.rank from jobs j where j.id = :id) and o.scheduled_at <= sluice_now()
                order by o.rank
                limit 10000) before
            """;

    static final String AHEAD_WITHOUT_KEY = AHEAD.formatted("null");
    static final String AHEAD_WITH_KEY = AHEAD.formatted("not null");

    /** The limit of a type on each node that operators set, if all nodes that are alive and know the type run as many. */
    private static final String FULL_EVERYWHERE = """
            select t.concurrency
            from job_types t
            where t.type = :type and t.concurrency is not null
              and not exists (
                  select from nodes n
                  where n.state = 'active' and t.type = any (n.types)
                    and n.heartbeat_at > clock_timestamp() - make_interval(secs => :lease)
                    and t.concurrency > (select count(*) from jobs r
                                         where r.status = 'running' and r.node_id = n.id and r.type = t.type))
            """;

    private static final String HOLDERS = """
            select j.id, j.type, j.started_at, n.name
            from jobs j
            left join nodes n on n.id = j.node_id
            where j.status = 'running' and %s
            order by j.started_at, j.id
            """;

    private static final String HOLDERS_OF_KEY = HOLDERS.formatted("j.concurrency_key = :key");

    private static final String HOLDERS_OF_TYPE =
            HOLDERS.formatted("j.type = :type and (cast(:project as text) is null or j.project_id = :project)");

    /**
     * What the tables say.
     *
     * @param workers nodes that are alive and know its type
     * @param nextToken when its type's rate allows another start; null: now
     */
    record Facts(
            boolean early,
            boolean typePaused,
            boolean allPaused,
            long workers,
            @Nullable Integer typeLimit,
            @Nullable Integer projectLimit,
            @Nullable Instant nextToken) {}

    @PersistenceContext
    EntityManager entityManager;

    @Inject
    JobsSettings settings;

    Facts of(UUID id) {
        Object[] row = (Object[]) entityManager
                .createNativeQuery(FACTS)
                .setParameter("id", id)
                .setParameter("lease", settings.lease().toMillis() / 1000.0)
                .getSingleResult();
        return new Facts(
                (Boolean) row[0],
                (Boolean) row[1],
                (Boolean) row[2],
                ((Number) row[3]).longValue(),
                (Integer) row[4],
                (Integer) row[5],
                (Instant) row[6]);
    }

    /** Due jobs of its type that come before it, up to 10,000. */
    long ahead(Job job) {
        return ((Number) entityManager
                        .createNativeQuery(job.concurrencyKey() == null ? AHEAD_WITHOUT_KEY : AHEAD_WITH_KEY)
                        .setParameter("type", job.type())
                        .setParameter("id", job.id())
                        .getSingleResult())
                .longValue();
    }

    /** How many of the type run on each node that knows it, because operators allow no more; empty: some node has room. */
    @SuppressWarnings("unchecked")
    Optional<Integer> fullEverywhere(String type) {
        List<Integer> limit = entityManager
                .createNativeQuery(FULL_EVERYWHERE)
                .setParameter("type", type)
                .setParameter("lease", settings.lease().toMillis() / 1000.0)
                .getResultList();
        return limit.stream().findFirst();
    }

    List<Holder> holdersOfKey(String key) {
        return holders(entityManager.createNativeQuery(HOLDERS_OF_KEY).setParameter("key", key));
    }

    /** Running jobs of a type; of all projects, or of one. */
    List<Holder> holdersOfType(String type, @Nullable String projectId) {
        return holders(entityManager
                .createNativeQuery(HOLDERS_OF_TYPE)
                .setParameter("type", type)
                .setParameter("project", projectId));
    }

    @SuppressWarnings("unchecked")
    private static List<Holder> holders(Query query) {
        List<Object[]> rows = query.getResultList();
        return rows.stream()
                .map(row -> new Holder((UUID) row[0], (String) row[1], (Instant) row[2], (String) row[3]))
                .toList();
    }
}
