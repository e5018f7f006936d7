package io.sluice.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.hibernate.engine.jdbc.connections.internal.DatasourceConnectionProviderImpl;
import org.jspecify.annotations.Nullable;

/**
 * Gives a few threads that must never wait for anybody a small pool of their own, whose connections give up a database
 * that stopped answering within seconds. All others share the large pool, where statements may take their time. Chosen by
 * thread, so that a transaction never sees two pools. Safe from every thread.
 */
public final class ReservedConnections extends DatasourceConnectionProviderImpl {
    private static final long serialVersionUID = 1L;
    private static final String POOL = "jdbc/sluiceReserved";
    private static final ThreadLocal<Boolean> RESERVED = ThreadLocal.withInitial(() -> false);

    private transient @Nullable DataSource reserved;

    /** Does work on this thread whose transactions take reserved connections. */
    public static void during(Runnable work) {
        RESERVED.set(true);
        try {
            work.run();
        } finally {
            RESERVED.remove();
        }
    }

    @Override
    public void configure(Map<String, Object> configuration) {
        super.configure(configuration);
        try {
            reserved = InitialContext.doLookup(POOL);
        } catch (NamingException missing) {
            throw new IllegalStateException("The server has no pool " + POOL + ", see server-config.", missing);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        DataSource own = reserved;
        return own != null && RESERVED.get() ? own.getConnection() : super.getConnection();
    }
}
