package io.sluice.notifications;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** When people are told, and of what operators are. */
@Singleton
public class NotificationSettings implements Settings {
    private final Duration gathering;
    private final int handful;
    private final int deadLetters;
    private final int databasePercent;
    private final int databaseGigabytes;
    private final Duration repeat;
    private final Duration kept;

    @Inject
    public NotificationSettings(Configuration configuration) {
        gathering = configuration.duration("sluice.notifications.gathering", Duration.ZERO, Duration.ofHours(1));
        handful = configuration.integer("sluice.notifications.handful", 1, 1000);
        deadLetters = configuration.integer("sluice.notifications.dead.letters", 1, 1_000_000);
        databasePercent = configuration.integer("sluice.notifications.database.percent", 1, 100);
        databaseGigabytes = configuration.integer("sluice.notifications.database.size", 0, 1_000_000);
        kept = configuration.duration("sluice.notifications.retention", Duration.ofDays(2), Duration.ofDays(3_660));
        repeat = configuration.duration("sluice.notifications.repeat", Duration.ofMinutes(1), Duration.ofDays(366));
    }

    /** How long a notice waits for others that belong in the same letter. Default 10 s. */
    public Duration gathering() {
        return gathering;
    }

    /** Most notices to one recipient that go out singly; more make one digest. Default 5. */
    public int handful() {
        return handful;
    }

    /** Jobs that failed for good within an hour before operators are told. Default 10. */
    public int deadLetters() {
        return deadLetters;
    }

    /** Percent of a limit of the database at which operators are told. Default 80. */
    public int databasePercent() {
        return databasePercent;
    }

    /** Bytes that the database may take; 0: not watched. Set in gigabytes of 2^30 bytes, default 0. */
    public long databaseBytes() {
        return (long) databaseGigabytes << 30;
    }

    /** How long notices are kept, however they ended. Default 90 days. */
    public Duration kept() {
        return kept;
    }

    /** After how long operators are reminded of what still holds. Default 24 h. */
    public Duration repeat() {
        return repeat;
    }
}
