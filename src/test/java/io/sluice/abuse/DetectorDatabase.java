package io.sluice.abuse;

import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.TestDatabase;
import java.util.Map;
import org.flywaydb.core.Flyway;

/** A database with our tables and functions and no server on it: the detector is SQL and needs none. */
public final class DetectorDatabase {
    private DetectorDatabase() {}

    /** A new database in the given PostgreSQL, migrated. */
    public static TestDatabase create(PostgresServer postgres) {
        TestDatabase database = postgres.createDatabase();
        migrate(database, "latest");
        return database;
    }

    /** Migrates a database up to a version. */
    static void migrate(TestDatabase database, String version) {
        Flyway.configure()
                .dataSource(database.url(), PostgresServer.USER, PostgresServer.PASSWORD)
                .locations("classpath:db/migration")
                .placeholders(Map.of("runtime_role", PostgresServer.USER))
                .target(version)
                .load()
                .migrate();
    }
}
