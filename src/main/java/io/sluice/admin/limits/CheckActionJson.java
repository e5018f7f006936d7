package io.sluice.admin.limits;

import io.sluice.quotas.CheckAction;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What a check did about one limit, or would have done. */
public record CheckActionJson(
        String projectId,
        String metric,
        String period,
        long usage,
        @Nullable Long limit,
        @Nullable Long hardCap,
        @Nullable BigDecimal usagePercentage,
        String source,
        String action) {
    static CheckActionJson of(CheckAction action) {
        return new CheckActionJson(
                action.projectId(),
                action.metric(),
                action.period(),
                action.usage(),
                action.limit(),
                action.hardCap(),
                action.usagePercentage(),
                action.source(),
                action.action());
    }
}
