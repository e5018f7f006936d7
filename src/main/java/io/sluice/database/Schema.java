package io.sluice.database;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which version the tables have. Reads memory only; safe from every thread. */
@ApplicationScoped
public class Schema {
    private volatile @Nullable String version;

    void migratedTo(String newVersion) {
        version = newVersion;
    }

    /** The number of the last migration; empty until every migration has been applied. */
    public Optional<String> version() {
        return Optional.ofNullable(version);
    }
}
