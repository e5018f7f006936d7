package io.sluice.abuse.retention;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How long detections of abuse are kept. */
@Singleton
public class AbuseRetentionSettings implements Settings {
    /** A day is looked back on to tell each thing once, seven days by the report of what rules observed. */
    private static final Duration LEAST = Duration.ofDays(7);

    private static final Duration MOST = Duration.ofDays(36_600);

    private final Duration detectionsKept;

    @Inject
    public AbuseRetentionSettings(Configuration configuration) {
        detectionsKept = configuration.duration("sluice.abuse.retention.detections", LEAST, MOST);
    }

    /** How long a detection is kept on which nobody has to decide any more. Default 400 days. */
    Duration detectionsKept() {
        return detectionsKept;
    }
}
