package io.sluice.webhooks;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How long the history of deliveries is kept. */
@Singleton
public class DeliverySettings implements Settings {
    private final Duration kept;

    @Inject
    public DeliverySettings(Configuration configuration) {
        kept = configuration.duration("sluice.webhooks.retention", Duration.ofDays(2), Duration.ofDays(3_660));
    }

    /** From the end of a delivery. Default 30 days. */
    public Duration kept() {
        return kept;
    }
}
