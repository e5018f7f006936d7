package io.sluice.database;

import io.sluice.logging.EventLog;
import io.sluice.startup.StartupFailure;
import io.sluice.startup.Version;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * Waits for PostgreSQL, then brings its schema to this version. Every other start-up bean depends on it. Nodes that
 * start together take turns by Flyway's own lock. Ends the process with one sentence when PostgreSQL does not answer in
 * time, is too old, or holds a newer schema.
 */
@Singleton
@Startup
@DependsOn("SettingsCheck")
@TransactionManagement(TransactionManagementType.BEAN)
public class Migrator {
    private static final EventLog LOG = EventLog.of(Migrator.class);
    private static final int OLDEST_SERVER = 15;
    private static final Set<MigrationState> FUTURE =
            EnumSet.of(MigrationState.FUTURE_SUCCESS, MigrationState.FUTURE_FAILED);

    @Resource(lookup = "jdbc/sluice")
    DataSource dataSource;

    @Inject
    DatabaseSettings settings;

    @Inject
    Schema schema;

    @PostConstruct
    void migrate() {
        try {
            waitForDatabase();
            checkServer();
            Flyway flyway = flyway();
            refuseNewerSchema(flyway);
            MigrateResult result = flyway.migrate();
            String version =
                    result.targetSchemaVersion == null ? result.initialSchemaVersion : result.targetSchemaVersion;
            schema.migratedTo(String.valueOf(version));
            LOG.info("database ready", "schema_version", version, "migrations_applied", result.migrationsExecuted);
        } catch (SQLException | FlywayException failure) {
            StartupFailure.end("the database cannot be brought to this version: " + wholeText(failure));
        }
    }

    private void waitForDatabase() throws SQLException {
        long deadline = System.nanoTime() + settings.startTimeout().toNanos();
        while (true) {
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("select 1");
                return;
            } catch (SQLException away) {
                if (System.nanoTime() >= deadline) {
                    StartupFailure.end(
                            "PostgreSQL at SLUICE_DB_URL " + withoutParameters(settings.url()) + " did not accept user "
                                    + settings.user() + " within " + settings.startTimeout() + ": " + firstLine(away));
                }
                pause();
            }
        }
    }

    private void checkServer() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST_SERVER) {
                StartupFailure.end(
                        "PostgreSQL " + version + " is too old; Sluice needs " + OLDEST_SERVER + " or later.");
            }
            if (settings.testClock() && !isMarkedAsTest(connection)) {
                StartupFailure.end("SLUICE_TEST_CLOCK is true, but the database is not marked as a test database"
                        + " (alter database … set sluice.test_database = 'on').");
            }
        }
    }

    /** An older version must not write to tables that it does not know. */
    private static void refuseNewerSchema(Flyway flyway) {
        MigrationInfo latest = flyway.info().current();
        if (latest != null && FUTURE.contains(latest.getState())) {
            StartupFailure.end("the database has migration " + latest.getVersion() + " (" + latest.getDescription()
                    + "), which is newer than this version " + Version.current()
                    + " of Sluice; start the version that migrated it, or a later one.");
        }
    }

    private static boolean isMarkedAsTest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select current_setting('sluice.test_database', true)")) {
            return rows.next() && "on".equals(rows.getString(1));
        }
    }

    private Flyway flyway() {
        List<String> locations = new ArrayList<>(List.of("classpath:db/migration"));
        if (settings.testClock()) {
            locations.add("classpath:db/test-clock");
        }
        FluentConfiguration flyway = Flyway.configure(Migrator.class.getClassLoader())
                .locations(locations.toArray(String[]::new))
                .placeholders(Map.of("runtime_role", settings.user().replace("'", "''")))
                .ignoreMigrationPatterns("repeatable:missing");
        settings.migrationUser()
                .ifPresentOrElse(
                        user -> flyway.dataSource(
                                settings.url(),
                                user,
                                settings.migrationPassword().orElse("")),
                        () -> flyway.dataSource(dataSource));
        return flyway.load();
    }

    private static void pause() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            StartupFailure.end("the start was interrupted while it waited for PostgreSQL.");
        }
    }

    /** Parameters may be secrets. */
    private static String withoutParameters(String url) {
        return url.split("\\?", 2)[0];
    }

    /** Flyway names the migration at fault on a later line of its message. */
    private static String wholeText(Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String firstLine(Exception failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
