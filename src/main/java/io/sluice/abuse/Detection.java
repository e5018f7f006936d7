package io.sluice.abuse;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a rule found in one window.
 *
 * @param projectId null: the whole installation
 * @param rule a rule's name, or {@code reported_pattern} for a pattern that monitoring reported and no rule confirms
 * @param metric null for rules about keys
 * @param level {@code warning}, {@code critical} or {@code severe}
 * @param unit what {@code value} counts; null for a reported pattern
 * @param observed what was counted in the window
 * @param previous the same in the window before
 * @param baseline the usual busiest hour; null where there is none
 * @param mode the mode of the rule when it was found
 * @param outcome {@code flagged}, {@code would_suspend}, {@code due}, {@code suspended}, {@code held},
 *     {@code needs_confirmation}, {@code confirmed} or {@code dismissed}
 * @param withheld why it did not suspend by itself; null where nothing stood in the way
 * @param jobId the job that found it
 * @param decision why an operator confirmed or dismissed it
 */
public record Detection(
        UUID id,
        @Nullable String projectId,
        String rule,
        @Nullable String metric,
        String level,
        @Nullable String unit,
        BigDecimal value,
        long observed,
        long previous,
        @Nullable Long baseline,
        Instant windowStart,
        Instant windowEnd,
        String mode,
        String outcome,
        @Nullable String withheld,
        UUID jobId,
        @Nullable UUID suspensionId,
        @Nullable String decidedBy,
        @Nullable Instant decidedAt,
        @Nullable String decision,
        Instant detectedAt) {
    public Detection {
        value = AbuseRule.plain(value);
    }
}
