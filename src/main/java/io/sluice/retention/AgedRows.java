package io.sluice.retention;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Duration;

/**
 * The rows of one table that are older than they are kept: the same two statements for every table whose rows have an id.
 *
 * @param table its name; names and conditions are constants of the feature that owns it
 * @param condition says which rows are older than {@code :kept} seconds
 * @param order the column that puts the oldest first
 */
public record AgedRows(String table, String condition, String order) {
    /** How many there are. */
    public long count(EntityManager entityManager, Duration kept) {
        Number rows = (Number) query(entityManager, "select count(*) from %1$s where %2$s", kept)
                .getSingleResult();
        return rows.longValue();
    }

    /** Deletes up to {@code most} of them, and leaves those that another transaction is at; says how many went. */
    public int delete(EntityManager entityManager, Duration kept, int most) {
        return query(entityManager, """
                        delete from %1$s
                        where id in (
                            select id from %1$s where %2$s order by %3$s limit :most for update skip locked)
                        """, kept).setParameter("most", most).executeUpdate();
    }

    private Query query(EntityManager entityManager, String statement, Duration kept) {
        return entityManager
                .createNativeQuery(statement.formatted(table, condition, order))
                .setParameter("kept", (double) kept.toSeconds());
    }
}
