package io.sluice.database;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.UUID;
import org.hibernate.Session;

/**
 * One row by JDBC, on the connection of the caller's transaction: for a statement that callers run so often that what
 * Hibernate does around a native query is felt.
 */
@ApplicationScoped
public class QuickInsert {
    @PersistenceContext
    EntityManager entityManager;

    /**
     * Runs an {@code INSERT … RETURNING} of one id. Entities that the caller has changed are not written before.
     *
     * @param statement one of few texts: the driver prepares each once for a connection
     * @param texts its parameters in their order; the statement says of which type each is, if it isn't text
     * @throws jakarta.persistence.PersistenceException as a native query does
     */
    public UUID returningId(String statement, List<String> texts) {
        return entityManager.unwrap(Session.class).doReturningWork(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(statement)) {
                for (int i = 0; i < texts.size(); i++) {
                    insert.setString(i + 1, texts.get(i));
                }
                try (ResultSet inserted = insert.executeQuery()) {
                    inserted.next();
                    return inserted.getObject(1, UUID.class);
                }
            }
        });
    }
}
