package io.sluice.database;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.EnumSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.hostchooser.HostRequirement;
import org.postgresql.jdbc.SslMode;
import org.postgresql.util.PSQLException;

/** How PostgreSQL's own programs, such as {@code pg_dump}, reach our database: by their environment alone. */
@ApplicationScoped
public class ClientPrograms {
    private static final Map<String, String> TLS = Map.of(
            "sslrootcert", "PGSSLROOTCERT",
            "sslcert", "PGSSLCERT",
            "sslkey", "PGSSLKEY");

    private static final Set<HostRequirement> THE_WRITABLE =
            EnumSet.of(HostRequirement.primary, HostRequirement.preferPrimary);

    @Inject
    DatabaseSettings settings;

    /**
     * The whole environment of such a program; it holds the password and nothing else that is ours. Never log it, and
     * never put any of it into an argument, which everybody on the machine can read.
     */
    public Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", String.valueOf(System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin")));
        environment.put("LC_ALL", "C");
        Properties address = address(settings.url());
        put(environment, "PGHOST", address.getProperty("PGHOST"));
        put(environment, "PGPORT", address.getProperty("PGPORT"));
        put(environment, "PGDATABASE", address.getProperty("PGDBNAME"));
        environment.put("PGSSLMODE", tlsMode(address));
        if (THE_WRITABLE.contains(target(address))) {
            environment.put("PGTARGETSESSIONATTRS", "read-write");
        }
        TLS.forEach((parameter, variable) -> put(environment, variable, address.getProperty(parameter)));
        environment.put("PGUSER", settings.user());
        environment.put("PGPASSWORD", settings.password());
        environment.put("PGAPPNAME", "sluice-backup");
        environment.put("PGCONNECT_TIMEOUT", "10");
        return environment;
    }

    private static Properties address(String url) {
        Properties address = Driver.parseURL(url, new Properties());
        if (address == null) {
            throw new IllegalStateException("SLUICE_DB_URL is no address of a PostgreSQL.");
        }
        return address;
    }

    /** With {@code ssl} alone the driver asks for more than these programs do without a word. */
    private static String tlsMode(Properties address) {
        try {
            return SslMode.of(address).value;
        } catch (PSQLException unknown) {
            throw new IllegalStateException("SLUICE_DB_URL has an sslmode that nobody knows.", unknown);
        }
    }

    private static HostRequirement target(Properties address) {
        return HostRequirement.getTargetServerType(
                address.getProperty(PGProperty.TARGET_SERVER_TYPE.getName(), HostRequirement.any.name()));
    }

    private static void put(Map<String, String> environment, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            environment.put(name, value);
        }
    }
}
