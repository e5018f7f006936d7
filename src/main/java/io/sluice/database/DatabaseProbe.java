package io.sluice.database;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/**
 * Asks PostgreSQL how it is, and never waits for the answer longer than two seconds. Callers share one question, however
 * many of them ask at once, so that probes can't use up the pool of a database that hangs.
 */
@ApplicationScoped
public class DatabaseProbe {
    /** Longest wait for an answer. */
    public static final long TIMEOUT_MILLIS = 2000;

    private static final String SQL = """
            select current_setting('server_version'),
                   count(*),
                   count(*) filter (where state <> 'idle')
            from pg_stat_activity
            where datname = current_database()
              and application_name = current_setting('application_name')
            """;

    /**
     * What PostgreSQL said.
     *
     * @param serverVersion such as {@code 15.19}
     * @param latencyMillis from asking for a connection to the answer
     * @param connections that this node has open, the one that asked included
     * @param busyConnections of them not idle, the one that asked included
     */
    public record Pulse(String serverVersion, long latencyMillis, int connections, int busyConnections) {}

    @Resource(lookup = "jdbc/sluice")
    DataSource dataSource;

    @PersistenceContext
    EntityManager entityManager;

    @Resource
    ManagedExecutorService executor;

    @Inject
    DatabaseSettings settings;

    private @Nullable Future<Pulse> question;

    /** The pulse; empty when PostgreSQL refuses or does not answer in time. */
    public Optional<Pulse> pulse() {
        Future<Pulse> asked = ask();
        try {
            return Optional.of(asked.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException away) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /**
     * The same, asked in the caller's transaction and waited for however long it takes; empty when it is refused, after which
     * the transaction can do nothing more.
     */
    @Transactional(TxType.MANDATORY)
    public Optional<Pulse> pulseInTransaction() {
        long begun = System.nanoTime();
        try {
            return Optional.of(
                    entityManager.unwrap(Session.class).doReturningWork(connection -> answer(connection, begun)));
        } catch (PersistenceException refused) {
            return Optional.empty();
        }
    }

    /** Most connections that the pool of this node opens. */
    public int poolMax() {
        return settings.poolMax();
    }

    private synchronized Future<Pulse> ask() {
        Future<Pulse> current = question;
        if (current == null || current.isDone()) {
            current = executor.submit(this::query);
            question = current;
        }
        return current;
    }

    private Pulse query() throws SQLException {
        long begun = System.nanoTime();
        try (Connection connection = dataSource.getConnection()) {
            return answer(connection, begun);
        }
    }

    private static Pulse answer(Connection connection, long begun) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SQL)) {
            rows.next();
            long latency = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            return new Pulse(rows.getString(1), latency, rows.getInt(2), rows.getInt(3));
        }
    }
}
