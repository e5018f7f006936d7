package io.sluice.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.function.Supplier;
import org.hibernate.engine.jdbc.connections.internal.DatasourceConnectionProviderImpl;
import org.hibernate.engine.jndi.spi.JndiService;
import org.hibernate.service.spi.InjectService;

/**
 * Gives a few threads that must never wait for anybody a small pool of their own, whose connections give up a database
 * that stopped answering within seconds. All others share the large pool, where statements may take their time. Chosen by
 * thread, so that a transaction never sees two pools. Not for threads that were started in the context of an enterprise bean:
 * Payara would leave these connections out of their transactions. Safe from every thread.
 *
 * <p>A connection that the network lost without a word is found out within a second, by a question that it has to answer
 * before each use; the pool's own question would wait as long as any statement may take. The round trip is worth it: with
 * answers trusted for five seconds a node whose connections stalled went on after 10 to 13 s, with a question before each use
 * after 8.6 to 9. Work that nobody waits for may go {@link #trusting} without it.
 */
public final class ReservedConnections extends DatasourceConnectionProviderImpl {
    private static final long serialVersionUID = 1L;
    private static final String POOL = "jdbc/sluiceReserved";
    private static final ThreadLocal<Boolean> RESERVED = ThreadLocal.withInitial(() -> false);
    private static final ThreadLocal<Boolean> TRUSTED = ThreadLocal.withInitial(() -> false);

    private static final int ANSWER_WITHIN_MS = 1_000;

    private final DatasourceConnectionProviderImpl reserved = new DatasourceConnectionProviderImpl();

    /** Does work on this thread whose transactions take reserved connections. */
    public static void during(Runnable work) {
        RESERVED.set(true);
        try {
            work.run();
        } finally {
            RESERVED.remove();
        }
    }

    /** Does work on this thread whose reserved connections need not answer beforehand. */
    public static <T> T trusting(Supplier<T> work) {
        TRUSTED.set(true);
        try {
            return work.get();
        } finally {
            TRUSTED.remove();
        }
    }

    @Override
    @InjectService
    public void setJndiService(JndiService jndiService) {
        super.setJndiService(jndiService);
        reserved.setJndiService(jndiService);
    }

    @Override
    public void configure(Map<String, Object> configuration) {
        super.configure(configuration);
        reserved.configure(Map.of("hibernate.connection.datasource", POOL));
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!RESERVED.get()) {
            return super.getConnection();
        }
        Connection connection = reserved.getConnection();
        if (TRUSTED.get()) {
            return connection;
        }
        try {
            requireAnswer(connection);
            return connection;
        } catch (SQLException silent) {
            connection.close();
            throw silent;
        }
    }

    /** The driver tells the pool of one that does not answer, which then closes it. */
    private static void requireAnswer(Connection connection) throws SQLException {
        int usual = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, ANSWER_WITHIN_MS);
        try (Statement question = connection.createStatement()) {
            question.execute("select 1");
        }
        connection.setNetworkTimeout(Runnable::run, usual);
    }
}
