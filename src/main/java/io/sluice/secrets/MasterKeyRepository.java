package io.sluice.secrets;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

@ApplicationScoped
class MasterKeyRepository {
    private static final String LOCK = "lock table master_keys in exclusive mode";

    private static final String REGISTER = """
            insert into master_keys (id)
            select :current
            where not exists (select from master_keys) or exists (select from master_keys where id = :previous)
            on conflict do nothing
            """;

    /** A key that another one followed is no longer used by itself: what the others seal or hash it would not know. */
    private static final String IN_USE = """
            select count(*) = 1
            from (select id from master_keys order by first_used_at desc, id limit 1) latest
            where latest.id in (:current, :previous) and exists (select from master_keys where id = :current)
            """;

    @PersistenceContext
    EntityManager entityManager;

    /**
     * Notes the current key if it is the first one or follows a known one.
     *
     * @param previous the key before it, or the one that is to follow it; the current one if there is none
     * @return false if the database doesn't know the current key, or was last used with a key that is neither
     */
    boolean register(String current, String previous) {
        entityManager.createNativeQuery(LOCK).executeUpdate();
        entityManager
                .createNativeQuery(REGISTER)
                .setParameter("current", current)
                .setParameter("previous", previous)
                .executeUpdate();
        return (boolean) entityManager
                .createNativeQuery(IN_USE)
                .setParameter("current", current)
                .setParameter("previous", previous)
                .getSingleResult();
    }
}
