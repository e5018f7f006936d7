package io.sluice.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.engine.jdbc.connections.internal.DatasourceConnectionProviderImpl;
import org.hibernate.engine.jndi.spi.JndiService;
import org.hibernate.service.spi.InjectService;
import org.postgresql.PGConnection;

/**
 * Gives a few threads that must never wait for anybody a small pool of their own, whose connections give up a database
 * that stopped answering within seconds. All others share the large pool, where statements may take their time. Chosen by
 * thread, so that a transaction never sees two pools. Not for threads that were started in the context of an enterprise bean:
 * Payara would leave these connections out of their transactions. Safe from every thread.
 *
 * <p>A connection that the network lost without a word is found out within a second, by a question that it has to answer
 * before it is handed out; the pool's own question would wait as long as any statement may take.
 */
public final class ReservedConnections extends DatasourceConnectionProviderImpl {
    private static final long serialVersionUID = 1L;
    private static final String POOL = "jdbc/sluiceReserved";
    private static final ThreadLocal<Boolean> RESERVED = ThreadLocal.withInitial(() -> false);

    private static final Duration TRUSTED = Duration.ofSeconds(5);
    private static final int ANSWER_WITHIN_MS = 1_000;

    /**
     * When each connection answered last, unless that is too long ago to be of use. By the process that serves it: the
     * driver and the server make new objects around a connection for each of its uses.
     */
    private static final Map<Integer, Long> ANSWERED = new ConcurrentHashMap<>();

    private static volatile long doubtedAt = System.nanoTime();

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

    /** Something failed: every reserved connection has to answer again before its next use. */
    public static void doubt() {
        doubtedAt = System.nanoTime();
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
        int backend = connection.unwrap(PGConnection.class).getBackendPID();
        Long answered = ANSWERED.get(backend);
        if (answered != null && isTrusted(answered)) {
            return;
        }
        int usual = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, ANSWER_WITHIN_MS);
        try (Statement question = connection.createStatement()) {
            question.execute("select 1");
        }
        connection.setNetworkTimeout(Runnable::run, usual);
        ANSWERED.values().removeIf(last -> !isTrusted(last));
        ANSWERED.put(backend, System.nanoTime());
    }

    private static boolean isTrusted(long answered) {
        return System.nanoTime() - answered < TRUSTED.toNanos() && answered - doubtedAt > 0;
    }
}
