package io.sluice.quotas.check;

import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;

/** What checks did, once their jobs are gone. */
@ApplicationScoped
public class PastChecks implements Retention {
    private static final String OLD = """
            select r.job_id from job_check_runs r where not exists (select from jobs j where j.id = r.job_id)
            """;

    private static final String COUNT = "select count(*) from (" + OLD + ") old";

    private static final String DELETE = "with old as materialized (" + OLD + """
             limit :most),
            actions as (delete from job_actions where job_id in (select job_id from old))
            delete from job_check_runs where job_id in (select job_id from old)
            """;

    @PersistenceContext
    EntityManager entityManager;

    @Override
    public String kind() {
        return "checks";
    }

    /** As long as the job. */
    @Override
    public Duration keptFor() {
        return Duration.ZERO;
    }

    @Override
    public long countExpired() {
        return ((Number) entityManager.createNativeQuery(COUNT).getSingleResult()).longValue();
    }

    @Override
    public long deleteExpired(int most) {
        return entityManager
                .createNativeQuery(DELETE)
                .setParameter("most", most)
                .executeUpdate();
    }

    /** A check may have done very much. */
    @Override
    public int mostAtOnce() {
        return 20;
    }
}
