package io.sluice.secrets;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

@ApplicationScoped
class MasterKeyRepository {
    private static final String LOCK = "lock table master_keys in exclusive mode";

    /** The key that a node started with last, which need not be the one that was introduced last. */
    private static final String LATEST =
            "(select id from master_keys order by last_used_at desc, first_used_at desc, id limit 1)";

    private static final String REGISTER = """
            insert into master_keys (id)
            select :current
            where not exists (select from master_keys) or :previous = %s
            on conflict do nothing
            """.formatted(LATEST);

    /** A key that another one followed is no longer used by itself: what the others seal or hash it would not know. */
    private static final String USE = """
            update master_keys
            set last_used_at = clock_timestamp()
            where id = :current and %s in (:current, :previous)
            """.formatted(LATEST);

    @PersistenceContext
    EntityManager entityManager;

    /**
     * Notes that the current key is used, if it is the first one or the last one used is one of the two.
     *
     * @param previous the key before it, or the one that is to follow it; the current one if there is none
     * @return false if it may not be used: the database doesn't know it, or was last used with a key that is neither
     */
    boolean register(String current, String previous) {
        entityManager.createNativeQuery(LOCK).executeUpdate();
        entityManager
                .createNativeQuery(REGISTER)
                .setParameter("current", current)
                .setParameter("previous", previous)
                .executeUpdate();
        return entityManager
                        .createNativeQuery(USE)
                        .setParameter("current", current)
                        .setParameter("previous", previous)
                        .executeUpdate()
                == 1;
    }
}
