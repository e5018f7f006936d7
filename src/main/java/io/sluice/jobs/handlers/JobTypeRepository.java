package io.sluice.jobs.handlers;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators set per type; a type without a row has its handler's defaults. */
@ApplicationScoped
class JobTypeRepository {
    /**
     * One type's row.
     *
     * @param concurrency null: the node's number of slots
     */
    record Controls(boolean paused, @Nullable Integer concurrency) {
        static final Controls NONE = new Controls(false, null);
    }

    private static final String ALL = "select type, paused, concurrency from job_types";

    private static final String MAKE_SURE = """
            insert into job_types (type) values (:type) on conflict do nothing
            """;

    private static final String PAUSE = """
            update job_types set paused = :paused, updated_at = sluice_now() where type = :type
            """;

    private static final String LIMIT = """
            update job_types set concurrency = :concurrency, updated_at = sluice_now() where type = :type
            """;

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    Map<String, Controls> all() {
        Map<String, Controls> controls = new HashMap<>();
        List<Object[]> rows = entityManager.createNativeQuery(ALL).getResultList();
        for (Object[] row : rows) {
            controls.put((String) row[0], new Controls((Boolean) row[1], (Integer) row[2]));
        }
        return controls;
    }

    /** Makes sure that the type has a row; the caller's transaction then changes it. */
    void add(String type) {
        entityManager.createNativeQuery(MAKE_SURE).setParameter("type", type).executeUpdate();
    }

    void pause(String type, boolean paused) {
        entityManager
                .createNativeQuery(PAUSE)
                .setParameter("type", type)
                .setParameter("paused", paused)
                .executeUpdate();
    }

    void limit(String type, int concurrency) {
        entityManager
                .createNativeQuery(LIMIT)
                .setParameter("type", type)
                .setParameter("concurrency", concurrency)
                .executeUpdate();
    }
}
