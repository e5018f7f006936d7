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

    private static final String KNOWN = "select count(*) > 0 from master_keys where id = :current";

    @PersistenceContext
    EntityManager entityManager;

    /** Notes the current key if it is the first one or follows a known one; false if it is neither that nor known. */
    boolean register(String current, String previous) {
        entityManager.createNativeQuery(LOCK).executeUpdate();
        entityManager
                .createNativeQuery(REGISTER)
                .setParameter("current", current)
                .setParameter("previous", previous)
                .executeUpdate();
        return (boolean) entityManager
                .createNativeQuery(KNOWN)
                .setParameter("current", current)
                .getSingleResult();
    }
}
