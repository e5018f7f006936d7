package io.sluice.keys;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How long keys overlap, and how many there may be. */
@Singleton
public class KeysSettings implements Settings {
    /** The longest grace that anybody may ask for. */
    static final Duration LONGEST_GRACE = Duration.ofDays(30);

    private static final int MOST_KEYS = 10_000;
    private static final int MOST_GENERATIONS = 100;

    /** Reports reach back by 400 days at most, and show the last 30 without being asked. */
    private static final Duration LEAST_USES = Duration.ofDays(31);

    private static final Duration MOST_USES = Duration.ofDays(36_600);

    private final Duration grace;
    private final Duration handover;
    private final int mostKeys;
    private final int mostGenerations;
    private final Duration usesKept;

    @Inject
    public KeysSettings(Configuration configuration) {
        grace = configuration.duration("sluice.keys.grace", Duration.ZERO, LONGEST_GRACE);
        handover = configuration.duration("sluice.keys.handover", Duration.ofMinutes(1), LONGEST_GRACE);
        mostKeys = configuration.integer("sluice.keys.max", 1, MOST_KEYS);
        mostGenerations = configuration.integer("sluice.keys.generations.max", 2, MOST_GENERATIONS);
        usesKept = configuration.duration("sluice.keys.retention.uses", LEAST_USES, MOST_USES);
    }

    /** How long a rotated key goes on working where nobody asked otherwise. Zero: not at all. Default 24 hours. */
    public Duration grace() {
        return grace;
    }

    /**
     * How long the owner may fetch the secret of a key that a job made; then it is gone, and the key must be rotated
     * again. Default 72 hours.
     */
    Duration handover() {
        return handover;
    }

    /** Most keys of one project that are neither replaced, expired nor revoked. Default 100. */
    int mostKeys() {
        return mostKeys;
    }

    /** How long is kept how often a key was used. Default 400 days. */
    public Duration usesKept() {
        return usesKept;
    }

    /** Most keys that work at once in one row of rotations. Default 10. */
    int mostGenerations() {
        return mostGenerations;
    }
}
