package io.sluice.events;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How long events are kept, and how they are streamed. */
@Singleton
public class EventsSettings implements Settings {
    private final Duration kept;
    private final int mostStreams;
    private final Duration heartbeat;

    @Inject
    public EventsSettings(Configuration configuration) {
        kept = configuration.duration("sluice.events.retention", Duration.ofDays(1), Duration.ofDays(3_660));
        mostStreams = configuration.integer("sluice.events.streams", 0, 10_000);
        heartbeat = configuration.duration("sluice.events.heartbeat", Duration.ofSeconds(1), Duration.ofMinutes(5));
    }

    /** Default 30 days. */
    public Duration kept() {
        return kept;
    }

    /** Most streams that this node serves at once. Default 200. */
    public int mostStreams() {
        return mostStreams;
    }

    /** Longest silence of a stream. Default 15 s. */
    public Duration heartbeat() {
        return heartbeat;
    }
}
