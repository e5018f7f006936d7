package io.sluice.quotas.retention;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How long warnings are kept. */
@Singleton
public class WarningSettings implements Settings {
    /** Within its period a warning keeps a band from being told twice. */
    private static final Duration LEAST = Duration.ofDays(67);

    private static final Duration MOST = Duration.ofDays(36_600);

    private final Duration kept;

    @Inject
    public WarningSettings(Configuration configuration) {
        kept = configuration.duration("sluice.quotas.retention.warnings", LEAST, MOST);
    }

    /** How long a warning is kept after it was given. Default 800 days. */
    Duration kept() {
        return kept;
    }
}
