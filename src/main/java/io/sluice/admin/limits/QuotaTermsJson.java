package io.sluice.admin.limits;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.quotas.QuotaTerms;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One quota of a plan, in and out.
 *
 * @param limit null: unlimited
 * @param hardCap null: never suspends
 * @param warnAt percents of the limit; left out: 80, 90 and 100
 */
public record QuotaTermsJson(
        @NotNull(message = "is required: a name from GET /v1/metrics.")
        String metric,

        @JsonProperty(required = true) @Nullable Long limit,
        @JsonProperty(required = true) @Nullable Long hardCap,

        @NotNull(message = "is required: day or month.") String period,

        @Nullable List<@NotNull(message = "must not be null.") Integer> warnAt) {

    static QuotaTermsJson of(QuotaTerms terms) {
        return new QuotaTermsJson(terms.metric(), terms.limit(), terms.hardCap(), terms.period(), terms.warnAt());
    }

    QuotaTerms toTerms() {
        return new QuotaTerms(
                metric, period, limit, hardCap, Objects.requireNonNullElse(warnAt, QuotaTerms.USUAL_WARNINGS));
    }
}
