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

    private Ledger() {}

    static void write(UUID jobId, int attempt, String event) {
        Properties login = new Properties();
        login.setProperty("user", System.getenv("SLUICE_DB_USER"));
        login.setProperty("password", System.getenv("SLUICE_DB_PASSWORD"));
        try (Connection connection = new Driver().connect(System.getenv("SLUICE_DB_URL"), login);
                PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setObject(1, jobId);
            statement.setInt(2, attempt);
            statement.setString(3, event);
            statement.setString(4, ManagementFactory.getRuntimeMXBean().getName());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("The ledger could not be written.", e);
        }
    }
}
