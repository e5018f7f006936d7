package io.sluice.jobs.dependencies;

import static java.util.stream.Collectors.joining;

import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements about jobs that are made to wait for others. */
@ApplicationScoped
class DependencyRepository {
    /**
     * In the order of the ids, as the statement goes that ends many jobs. Those that have ended are locked too: a retry must
     * not begin between this and the look at what became of them. Claims that look meanwhile pass by those that wait.
     */
    private static final String LOCK = """
            with locked as materialized (
                select id, type, status, awaited from jobs
                where id = any (cast(:ids as uuid[]))
                order by id
                for no key update
            ),
            marked as (
                update jobs j
                set awaited = true
                from locked l
                where j.id = l.id and l.status in ('pending', 'running') and not l.awaited
            )
            select distinct type from locked where status = 'pending'
            """;

    private static final String UNKNOWN = """
            select n.id
            from unnest(cast(:ids as uuid[])) as n (id)
            where not exists (select from jobs j where j.id = n.id)
            order by n.id
            limit 1
            """;

    private static final String ATTACH = """
            with wanted as materialized (
                select w.job_id, w.run_if, p.id as needs, p.status
                from jsonb_to_recordset(cast(:waiting as jsonb)) as w (job_id uuid, run_if text, needs uuid[])
                join jobs p on p.id = any (w.needs)
            ),
            verdicts as materialized (
                select t.*, sluice_dependency_verdict(t.run_if, t.open, t.failed is not null) as verdict
                from (select job_id, run_if, array_agg(needs order by needs) as needs,
                             bool_or(status in ('pending', 'running')) as open,
                             min(cast(needs as text)) filter (where status in ('failed', 'cancelled')) as failed
                      from wanted
                      group by job_id, run_if) t
            ),
            edges as (
                insert into job_dependencies (job_id, needs)
                select w.job_id, w.needs
                from wanted w
                join verdicts v on v.job_id = w.job_id
                where v.verdict = 'wait' and w.status in ('pending', 'running')
            )
            update jobs j
            set depends_on = v.needs,
                run_if = v.run_if,
                blocked_by = case v.verdict when 'wait' then 'jobs' end,
                status = case v.verdict when 'cancel' then 'cancelled' else j.status end,
                completed_at = case v.verdict when 'cancel' then sluice_now() end,
                last_error = case v.verdict when 'cancel' then sluice_dependency_reason(v.failed) end
            from verdicts v
            where j.id = v.job_id
            """;

    private static final String BATCH = """
            with made as (
                insert into job_batches (name, jobs, completion_job_id, others)
                values (cast(:name as text), :size, cast(:completion as uuid), nullif(cast(:others as uuid[]), '{}'))
                returning id
            ),
            members as (
                update jobs j
                set batch_id = m.id
                from made m
                where j.id = any (cast(:ids as uuid[])) and j.batch_id is null
            )
            select id from made
            """;

    /** A job that is to wait. */
    record Waiting(UUID jobId, String runIf, List<UUID> needs) {}

    @PersistenceContext
    EntityManager entityManager;

    /**
     * Keeps jobs from ending, and those that have ended from being retried, until the transaction ends; has their ends looked
     * at from then on.
     *
     * @return the types of those that wait: looks that came meanwhile did not see them
     */
    @SuppressWarnings("unchecked")
    List<String> lock(Collection<UUID> ids) {
        return entityManager
                .createNativeQuery(LOCK, String.class)
                .setParameter("ids", array(ids))
                .getResultList();
    }

    /** One of them that does not exist; null if all do. */
    @SuppressWarnings("unchecked")
    @Nullable
    UUID unknown(Collection<UUID> ids) {
        List<UUID> first = entityManager
                .createNativeQuery(UNKNOWN, UUID.class)
                .setParameter("ids", array(ids))
                .getResultList();
        return first.isEmpty() ? null : first.get(0);
    }

    void attach(List<Waiting> waiting) {
        entityManager
                .createNativeQuery(ATTACH)
                .setParameter("waiting", Json.write(waiting))
                .executeUpdate();
    }

    UUID batch(@Nullable String name, Collection<UUID> made, Collection<UUID> others, @Nullable UUID completion) {
        return (UUID) entityManager
                .createNativeQuery(BATCH, UUID.class)
                .setParameter("name", name)
                .setParameter("size", made.size() + others.size())
                .setParameter("ids", array(made))
                .setParameter("others", array(others))
                .setParameter("completion", completion)
                .getSingleResult();
    }

    private static String array(Collection<UUID> ids) {
        return ids.stream().map(UUID::toString).collect(joining(",", "{", "}"));
    }
}
