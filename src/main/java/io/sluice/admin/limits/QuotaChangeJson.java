package io.sluice.admin.limits;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.quotas.QuotaTerms;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body that gives a project a quota of its own.
 *
 * @param limit null: unlimited
 * @param hardCap null: never suspends
 * @param warnAt percents of the limit; left out: 80, 90 and 100
 * @param mode enforce or observe; left out: enforce
 */
public record QuotaChangeJson(
        @JsonProperty(required = true) @Nullable Long limit,
        @JsonProperty(required = true) @Nullable Long hardCap,

        @NotNull(message = "is required: day or month.") String period,

        @Nullable List<@NotNull(message = "must not be null.") Integer> warnAt,
        @Nullable String mode) {

    QuotaTerms toTerms(String metric) {
        return new QuotaTerms(
                metric, period, limit, hardCap, Objects.requireNonNullElse(warnAt, QuotaTerms.USUAL_WARNINGS));
    }
}
