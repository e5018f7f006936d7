package io.sluice.secrets.resealing;

import io.sluice.secrets.Sealed;
import io.sluice.secrets.SealedColumn;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;

/** The same two statements for every table that keeps sealed values; all names in them are constants of our own. */
@ApplicationScoped
class SealedRepository {
    private static final String UNDER_ANOTHER_KEY = """
            select cast(%2$s as text), cast(%4$s as text), master_key_id, %3$s
            from %1$s
            where master_key_id <> :current and cast(%2$s as text) > :after
            order by 1
            limit :most
            """;

    /** A value that somebody replaced meanwhile stays as it is. */
    private static final String REPLACE = """
            update %1$s
            set %3$s = :fresh, master_key_id = :current
            where cast(%2$s as text) = :id and %3$s = :old
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** A sealed value, the row it stands in, and what it was sealed with. */
    record Row(String id, String context, Sealed sealed) {}

    /** Up to {@code most} of the rows behind {@code after}, in the order of their ids. */
    @SuppressWarnings("unchecked")
    List<Row> underAnotherKey(SealedColumn column, String current, String after, int most) {
        List<Object[]> rows = entityManager
                .createNativeQuery(of(column, UNDER_ANOTHER_KEY))
                .setParameter("current", current)
                .setParameter("after", after)
                .setParameter("most", most)
                .getResultList();
        return rows.stream()
                .map(row -> new Row((String) row[0], (String) row[1], new Sealed((String) row[2], (byte[]) row[3])))
                .toList();
    }

    /** Whether the value was still the one that was read. */
    boolean replace(SealedColumn column, Row row, Sealed fresh) {
        return entityManager
                        .createNativeQuery(of(column, REPLACE))
                        .setParameter("fresh", fresh.bytes())
                        .setParameter("current", fresh.keyId())
                        .setParameter("id", row.id())
                        .setParameter("old", row.sealed().bytes())
                        .executeUpdate()
                == 1;
    }

    private static String of(SealedColumn column, String statement) {
        return statement.formatted(column.table(), column.id(), column.sealed(), column.context());
    }
}
