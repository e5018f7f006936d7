package io.sluice.abuse.detection;

import io.sluice.abuse.Signals;
import io.sluice.abuse.Signals.Metrics;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whom somebody takes for abusive, and why.
 *
 * @param patternType what sort of abuse is meant: decides which rules are asked
 * @param metrics what the caller measured; kept for people to compare, believed by nobody
 * @param enforceAction false: say what would follow and do nothing; null counts as true
 * @param context whatever else the caller knows
 * @param confirmedDetection a detection that an operator has confirmed: suspends without a rule
 */
public record AutoSuspend(
        @NotNull(message = "is required.") String projectId,

        @NotNull(message = "is required: excessive_usage, error_spike or suspicious_pattern.")
        @Pattern(
                regexp = "excessive_usage|error_spike|suspicious_pattern",
                message = "must be excessive_usage, error_spike or suspicious_pattern.")
        String patternType,

        @Nullable @Valid Metrics metrics,
        @Nullable Boolean enforceAction,
        @Nullable Map<String, Object> context,
        @Nullable UUID confirmedDetection) {

    Signals.Pattern meant() {
        return Signals.Pattern.valueOf(patternType.toUpperCase(Locale.ROOT));
    }

    boolean enforces() {
        return !Boolean.FALSE.equals(enforceAction);
    }
}
