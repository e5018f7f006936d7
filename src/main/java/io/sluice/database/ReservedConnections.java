package io.sluice.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.hibernate.engine.jdbc.connections.internal.DatasourceConnectionProviderImpl;
import org.hibernate.engine.jndi.spi.JndiService;
import org.hibernate.service.spi.InjectService;

/**
 * Gives a few threads that must never wait for anybody a small pool of their own, whose connections give up a database
 * that stopped answering within seconds. All others share the large pool, where statements may take their time. Chosen by
 * thread, so that a transaction never sees two pools. Not for threads that were started in the context of an enterprise bean:
 * Payara would leave these connections out of their transactions. Safe from every thread.
 */
public final class ReservedConnections extends DatasourceConnectionProviderImpl {
    private static final long serialVersionUID = 1L;
    private static final String POOL = "jdbc/sluiceReserved";
    private static final ThreadLocal<Boolean> RESERVED = ThreadLocal.withInitial(() -> false);

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
        return RESERVED.get() ? reserved.getConnection() : super.getConnection();
    }
}
