package io.sluice.jobs.operations;

import io.sluice.jobs.JobStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;

/**
 * Jobs that finished long ago. Found by their types' index and by ids, which sort by creation: neither waiting jobs nor
 * those that are kept are looked at.
 */
@ApplicationScoped
public class PastJobs {
    /**
     * A job that finished long ago has an id of that time. Ids of the time to come are none of ours: whoever inserted those
     * rows gave them ids that say nothing of their age, and each of them is looked at.
     */
    private static final String OLD = """
            with recursive types as (
                (select type from jobs order by type limit 1)
                union all
                select (select j.type from jobs j where j.type > t.type order by j.type limit 1)
                from types t
                where t.type is not null
            ),
            old as materialized (
                select o.id
                from types t
                cross join (values
                    (sluice_uuid_floor(to_timestamp(0)),
                     sluice_uuid_floor(sluice_now() - make_interval(secs => :kept))),
                    (sluice_uuid_floor(sluice_now()), cast('ffffffff-ffff-ffff-ffff-ffffffffffff' as uuid))
                ) ids (least, below)
                cross join lateral (
                    select j.id
                    from jobs j
                    where j.type = t.type
                      and j.status = :status
                      and j.id >= ids.least and j.id < ids.below
                      and j.completed_at < sluice_now() - make_interval(secs => :kept)
                    order by j.type, j.status, j.id
                    limit :most
                    for update of j skip locked
                ) o
                where t.type is not null
                limit :most
            )
            """;

    private static final String COUNT = OLD.replace("for update of j skip locked", "") + "select count(*) from old";

    static final String DELETE = OLD + "delete from jobs where id in (select id from old) and status = :status";

    /** Whose jobs have all been removed; a batch that was made just now has some. */
    private static final String EMPTY_BATCHES = """
            select b.id from job_batches b
            where b.id < sluice_uuid_floor(sluice_now() - interval '1 hour')
              and not exists (select from jobs j where j.batch_id = b.id)
              and not exists (select from jobs j where j.id = any (b.others))
            order by b.id
            limit :most
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** How many batches have no jobs any more. */
    public long countEmptyBatches() {
        return ((Number) entityManager
                        .createNativeQuery("select count(*) from (" + EMPTY_BATCHES + ") e")
                        .setParameter("most", Integer.MAX_VALUE)
                        .getSingleResult())
                .longValue();
    }

    /** Deletes some of them, oldest first. */
    public long deleteEmptyBatches(int most) {
        return entityManager
                .createNativeQuery("delete from job_batches where id in (" + EMPTY_BATCHES + ")")
                .setParameter("most", most)
                .executeUpdate();
    }

    /** How many jobs of a final state finished longer than {@code kept} ago. */
    public long countFinishedBefore(JobStatus status, Duration kept) {
        return ((Number) query(COUNT, status, kept)
                        .setParameter("most", Integer.MAX_VALUE)
                        .getSingleResult())
                .longValue();
    }

    /** Deletes some of them, oldest first within a type, with their attempts. */
    public long deleteFinishedBefore(JobStatus status, Duration kept, int most) {
        return query(DELETE, status, kept).setParameter("most", most).executeUpdate();
    }

    private Query query(String statement, JobStatus status, Duration kept) {
        if (status.isLive()) {
            throw new IllegalArgumentException("Jobs that are " + status.word() + " are never removed.");
        }
        return entityManager
                .createNativeQuery(statement)
                .setParameter("status", status.word())
                .setParameter("kept", (double) kept.toSeconds());
    }
}
