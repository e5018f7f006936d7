package io.sluice.quotas;

import io.sluice.projects.ExceededCap;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A limit that holds for a project now, and what is used of it.
 *
 * @param mode {@code enforce}, or {@code observe}: warned, never suspended
 * @param source who gave it: {@code project}, {@code plan} or {@code default}
 * @param version raised by every change of the project's own quota; 0 for what the project inherits
 * @param used in the present period; the latest value of metrics that keep it
 * @param periodStart first instant of the present period
 * @param resetsAt first instant after it
 */
public record QuotaState(
        String projectId,
        QuotaTerms terms,
        String mode,
        String source,
        long version,
        long used,
        Instant periodStart,
        Instant resetsAt) {

    /** How much of {@code limit} is used, see {@link #percentage}. */
    public @Nullable BigDecimal usagePercentage() {
        return percentage(used, terms.limit());
    }

    /** Percent, rounded down to two decimals, for display only: decisions compare exactly. Null for a limit of 0 or null. */
    public static @Nullable BigDecimal percentage(long used, @Nullable Long limit) {
        if (limit == null || limit == 0) {
            return null;
        }
        return BigDecimal.valueOf(used).movePointRight(2).divide(BigDecimal.valueOf(limit), 2, RoundingMode.DOWN);
    }

    /** Whether the present usage reaches the hard cap or the first warning. */
    boolean isReached() {
        Long limit = terms.limit();
        boolean inBand = limit != null
                && limit > 0
                && !terms.warnAt().isEmpty()
                && BigDecimal.valueOf(used)
                                .movePointRight(2)
                                .compareTo(BigDecimal.valueOf(limit)
                                        .multiply(BigDecimal.valueOf(
                                                terms.warnAt().get(0))))
                        >= 0;
        return isCapReached() || inBand;
    }

    private boolean isCapReached() {
        Long hardCap = terms.hardCap();
        return hardCap != null && used > 0 && used >= hardCap;
    }

    /** Whether the present usage reaches the hard cap, that cap suspends, and it is none of these. */
    boolean isCapReachedBesides(List<ExceededCap> known) {
        return mode.equals("enforce")
                && isCapReached()
                && known.stream()
                        .noneMatch(cap -> cap.metric().equals(terms.metric())
                                && cap.period().equals(terms.period())
                                && cap.periodStart().equals(periodStart));
    }
}
