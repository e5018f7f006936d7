package io.sluice.admin.limits;

import io.sluice.quotas.QuotaState;
import io.sluice.quotas.QuotaTerms;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A limit that holds for a project, and what is used of it. */
public record QuotaJson(
        String metric,
        @Nullable Long limit,
        @Nullable Long hardCap,
        String period,
        long used,
        @Nullable BigDecimal usagePercentage,
        Instant periodStart,
        Instant resetsAt,
        String source,
        List<Integer> warnAt,
        String mode) {
    static QuotaJson of(QuotaState state) {
        QuotaTerms terms = state.terms();
        return new QuotaJson(
                terms.metric(),
                terms.limit(),
                terms.hardCap(),
                terms.period(),
                state.used(),
                state.usagePercentage(),
                state.periodStart(),
                state.resetsAt(),
                state.source(),
                terms.warnAt(),
                state.mode());
    }

    /** All limits of a project: few enough for one page. */
    public record All(List<QuotaJson> items) {}
}
