package io.sluice.database;

import io.sluice.startup.Configuration;
import io.sluice.startup.InvalidSettingException;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where PostgreSQL is and who we are there. The server's connection pool reads the same keys before the WAR starts. */
@Singleton
public class DatabaseSettings implements Settings {
    private static final Pattern BROKEN_PASSWORD = Pattern.compile("[\\s\"'\\\\]|\\$\\{");

    private final String url;
    private final String user;
    private final String password;
    private final int poolMax;
    private final Duration startTimeout;
    private final Optional<String> migrationUser;
    private final Optional<String> migrationPassword;
    private final boolean testClock;

    @Inject
    public DatabaseSettings(Configuration configuration) {
        url = configuration.requiredText("sluice.db.url");
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new InvalidSettingException("SLUICE_DB_URL must start with jdbc:postgresql:, such as "
                    + "jdbc:postgresql://db.example.org:5432/sluice.");
        }
        user = configuration.requiredText("sluice.db.user");
        password = configuration.requiredText("sluice.db.password");
        if (BROKEN_PASSWORD.matcher(password).find()) {
            throw new InvalidSettingException("SLUICE_DB_PASSWORD holds a space, a quote, a backslash or ${, which the"
                    + " server's boot commands cannot pass on; every other character is fine.");
        }
        poolMax = configuration.integer("sluice.db.pool.max", 4, 1000);
        startTimeout = configuration.duration("sluice.db.start.timeout", Duration.ZERO, Duration.ofHours(1));
        migrationUser = configuration.text("sluice.db.migration.user");
        migrationPassword = configuration.text("sluice.db.migration.password");
        testClock = configuration.flag("sluice.test.clock");
    }

    public String url() {
        return url;
    }

    /** The role that runs; it owns nothing when a migration role is set. */
    public String user() {
        return user;
    }

    /** The password of that role; for other programs of PostgreSQL, by way of their environment only. */
    String password() {
        return password;
    }

    /** Most connections that this node's pool opens. */
    public int poolMax() {
        return poolMax;
    }

    /** How long a start waits for PostgreSQL to answer. Default 60 s. */
    public Duration startTimeout() {
        return startTimeout;
    }

    /** The role that migrates; absent: the running role does both. */
    public Optional<String> migrationUser() {
        return migrationUser;
    }

    public Optional<String> migrationPassword() {
        return migrationPassword;
    }

    /** Whether decisions read a clock that tests can shift; refused on a database that is not marked as a test's. */
    public boolean testClock() {
        return testClock;
    }
}
