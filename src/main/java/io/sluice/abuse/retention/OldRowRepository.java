package io.sluice.abuse.retention;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;

@ApplicationScoped
class OldRowRepository {
    @PersistenceContext
    EntityManager entityManager;

    long count(OldRows old) {
        return ((Number) query("select count(*) from " + old.table() + " where " + old.condition(), old)
                        .getSingleResult())
                .longValue();
    }

    /** Deletes some; rows are named by where they lie, which nothing moves within the statement. */
    long delete(OldRows old, int most) {
        String some = "select ctid from " + old.table() + " where " + old.condition() + " limit :most";
        return query("delete from " + old.table() + " where ctid = any(array(" + some + "))", old)
                .setParameter("most", most)
                .executeUpdate();
    }

    private Query query(String sql, OldRows old) {
        return entityManager.createNativeQuery(sql).setParameter("kept", (double)
                old.keptFor().toSeconds());
    }
}
