package io.sluice.usage.retention;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How long usage is kept. */
@Singleton
public class UsageSettings implements Settings {
    /** An event is recognised as a repeat for 35 days, and stored under the month of its arrival. */
    private static final Duration LEAST = Duration.ofDays(67);

    private static final Duration MOST = Duration.ofDays(36_600);

    private final Duration eventsKept;
    private final Duration bucketsKept;

    @Inject
    public UsageSettings(Configuration configuration) {
        eventsKept = configuration.duration("sluice.usage.retention.events", LEAST, MOST);
        bucketsKept = configuration.duration("sluice.usage.retention.buckets", LEAST, MOST);
    }

    /** How long single events are kept. Default 95 days. */
    public Duration eventsKept() {
        return eventsKept;
    }

    /** How long usage per quarter of an hour is kept. Default 800 days; reports reach back as far. */
    public Duration bucketsKept() {
        return bucketsKept;
    }
}
