package io.sluice.admin.limits;

import io.sluice.quotas.Plan;
import java.time.Instant;
import java.util.List;

/** A plan as the API shows it. */
public record PlanJson(String name, List<QuotaTermsJson> quotas, Instant createdAt, Instant updatedAt) {
    static PlanJson of(Plan plan) {
        return new PlanJson(
                plan.name(),
                plan.quotas().stream().map(QuotaTermsJson::of).toList(),
                plan.createdAt(),
                plan.updatedAt());
    }
}
