package io.sluice.database;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import org.hibernate.Session;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Whole scripts and streams of rows, on the connection of the transaction that is open on this thread: what comes of
 * them commits or goes with it.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class BulkConnection {
    private static final int CHUNK = 1 << 16;

    @PersistenceContext
    EntityManager entityManager;

    /** PostgreSQL refused a statement; the transaction can only be rolled back. */
    public static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message, SQLException cause) {
            super(message, cause);
        }
    }

    /**
     * Does work whose statements may each take longer than the pool's socket timeout, which is off meanwhile on this
     * transaction's connection.
     */
    public <T> T patiently(Callable<T> work) throws Exception {
        int before = entityManager.unwrap(Session.class).doReturningWork(Connection::getNetworkTimeout);
        setTimeout(0);
        try {
            return work.call();
        } finally {
            setTimeout(before);
        }
    }

    /**
     * Executes one statement as it stands.
     *
     * @throws RefusedException with PostgreSQL's own words
     */
    public void execute(String sql) {
        try {
            entityManager.unwrap(Session.class).doWork(connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.setEscapeProcessing(false);
                    statement.execute(sql);
                } catch (SQLException refused) {
                    throw new RefusedException(words(refused), refused);
                }
            });
        } catch (RuntimeException failure) {
            throw refusal(failure);
        }
    }

    /**
     * Feeds a {@code COPY … FROM stdin} with everything that the stream has.
     *
     * @return how many rows were copied
     * @throws RefusedException with PostgreSQL's own words
     */
    public long copy(String sql, InputStream rows) {
        try {
            return entityManager.unwrap(Session.class).doReturningWork(connection -> {
                try {
                    return feed(
                            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql), rows);
                } catch (SQLException refused) {
                    throw new RefusedException(words(refused), refused);
                }
            });
        } catch (RuntimeException failure) {
            throw refusal(failure);
        }
    }

    private static long feed(CopyIn copy, InputStream rows) throws SQLException {
        try {
            byte[] chunk = new byte[CHUNK];
            for (int read = rows.read(chunk); read >= 0; read = rows.read(chunk)) {
                copy.writeToCopy(chunk, 0, read);
            }
            return copy.endCopy();
        } catch (IOException cut) {
            throw new UncheckedIOException(cut);
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void setTimeout(int millis) {
        entityManager.unwrap(Session.class).doWork(connection -> connection.setNetworkTimeout(Runnable::run, millis));
    }

    private static RuntimeException refusal(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusedException refused) {
                return refused;
            }
        }
        return failure;
    }

    private static String words(SQLException refused) {
        return "PostgreSQL refused: " + refused.getMessage();
    }
}
