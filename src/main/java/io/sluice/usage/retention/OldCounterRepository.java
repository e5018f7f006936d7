package io.sluice.usage.retention;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;

@ApplicationScoped
class OldCounterRepository {
    /**
     * Found by the primary key, project by project: an index by time would cost each new counter, and a read of the whole
     * table each of many looks. Rows are named by where they lie, which nothing moves within the statement.
     */
    private static final String OLD = """
            select old.place
            from projects
                cross join (values ('day'), ('month')) units (unit)
                cross join lateral (
                    select ctid as place
                    from usage_counters
                    where project_id = projects.id and usage_counters.unit = units.unit
                        and period_start < sluice_now() - make_interval(secs => :kept)
                    limit cast(:most as bigint)) old
            limit cast(:most as bigint)
            """;

    private static final String COUNT = "select count(*) from (" + OLD + ") found";

    private static final String DELETE = "delete from usage_counters where ctid = any (array(" + OLD + "))";

    @PersistenceContext
    EntityManager entityManager;

    long count(Duration kept) {
        return ((Number) query(COUNT, kept, Long.MAX_VALUE).getSingleResult()).longValue();
    }

    long delete(Duration kept, int most) {
        return query(DELETE, kept, most).executeUpdate();
    }

    private Query query(String sql, Duration kept, long most) {
        return entityManager
                .createNativeQuery(sql)
                .setParameter("kept", (double) kept.toSeconds())
                .setParameter("most", most);
    }
}
