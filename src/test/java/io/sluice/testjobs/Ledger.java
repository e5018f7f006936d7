package io.sluice.testjobs;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;
import java.util.UUID;
import org.postgresql.Driver;

/** What handlers really did, written on a connection of their own, outside every transaction of the engine. */
final class Ledger {
    private static final String WRITE = """
            insert into testing.ledger (job_id, attempt, event, node) values (?, ?, ?, ?)
            """;

    private static final String STEAL = """
            update jobs set fencing_token = nextval('job_fencing_tokens') where id = ?
            """;

    private Ledger() {}

    static void write(UUID jobId, int attempt, String event) {
        run(WRITE, jobId, attempt, event, ManagementFactory.getRuntimeMXBean().getName());
    }

    /** Does to the job's row what a rescue followed by another claim does. */
    static void steal(UUID jobId) {
        run(STEAL, jobId);
    }

    private static void run(String sql, Object... parameters) {
        Properties login = new Properties();
        login.setProperty("user", System.getenv("SLUICE_DB_USER"));
        login.setProperty("password", System.getenv("SLUICE_DB_PASSWORD"));
        try (Connection connection = new Driver().connect(System.getenv("SLUICE_DB_URL"), login);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("The ledger could not be written.", e);
        }
    }
}
