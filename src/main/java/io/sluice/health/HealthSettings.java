package io.sluice.health;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** When a probe turns red, and how old the figures behind the gauges may be. */
@Singleton
public class HealthSettings implements Settings {
    private final Duration silenceMax;
    private final Duration queueAgeMax;
    private final Duration refreshInterval;

    @Inject
    public HealthSettings(Configuration configuration) {
        silenceMax = configuration.duration("sluice.health.silence.max", Duration.ofSeconds(5), Duration.ofHours(1));
        queueAgeMax = configuration.duration("sluice.health.queue.age.max", Duration.ofSeconds(1), Duration.ofDays(7));
        refreshInterval =
                configuration.duration("sluice.health.refresh.interval", Duration.ofSeconds(1), Duration.ofHours(1));
    }

    /** Longest silence of a worker's thread or of the scheduler before readiness is red. Default 25 s. */
    public Duration silenceMax() {
        return silenceMax;
    }

    /** Longest that a due job may wait beside a free slot before readiness is red. Default 15 min. */
    public Duration queueAgeMax() {
        return queueAgeMax;
    }

    /** How often the figures of the queue are read from the database. Default 5 s; each reading counts the jobs table. */
    public Duration refreshInterval() {
        return refreshInterval;
    }
}
