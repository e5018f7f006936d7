package io.sluice.admin.abuse;

import io.sluice.abuse.Detections;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one rule found: in observe mode, what it would have suspended.
 *
 * @param unchangedSince when the rule got its present mode and thresholds
 */
public record ObservationJson(
        String rule,
        String mode,
        Instant unchangedSince,
        long flagged,
        long wouldSuspend,
        long projectsWouldSuspend,
        long waiting,
        long suspended,
        long dismissed,
        @Nullable Instant lastDetectedAt) {

    /** One of each rule. */
    public record All(List<ObservationJson> items) {
        static All of(List<Detections.Observation> observations) {
            return new All(observations.stream().map(ObservationJson::of).toList());
        }
    }

    private static ObservationJson of(Detections.Observation observation) {
        return new ObservationJson(
                observation.rule(),
                observation.mode(),
                observation.unchangedSince(),
                observation.flagged(),
                observation.wouldSuspend(),
                observation.projectsWouldSuspend(),
                observation.waiting(),
                observation.suspended(),
                observation.dismissed(),
                observation.lastDetectedAt());
    }
}
