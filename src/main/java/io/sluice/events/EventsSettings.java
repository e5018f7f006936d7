package io.sluice.events;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How long events are kept. */
@Singleton
public class EventsSettings implements Settings {
    private final Duration kept;

    @Inject
    public EventsSettings(Configuration configuration) {
        kept = configuration.duration("sluice.events.retention", Duration.ofDays(1), Duration.ofDays(3_660));
    }

    /** Default 30 days. */
    public Duration kept() {
        return kept;
    }
}
