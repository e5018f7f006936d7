package io.sluice.quotas;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a check did about one limit, or would have done.
 *
 * @param period {@code day} or {@code month}
 * @param source who gave the limit: {@code project}, {@code plan} or {@code default}
 * @param action {@code project_suspended}, {@code would_suspend}, {@code warning_sent} or {@code would_warn}
 */
public record CheckAction(
        String projectId,
        String metric,
        String period,
        long usage,
        @Nullable Long limit,
        @Nullable Long hardCap,
        String source,
        String action) {

    /** See {@link QuotaState#percentage}. */
    public @Nullable BigDecimal usagePercentage() {
        return QuotaState.percentage(usage, limit);
    }
}
