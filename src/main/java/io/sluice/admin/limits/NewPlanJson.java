package io.sluice.admin.limits;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/** The body that makes a plan. */
public record NewPlanJson(
        @NotNull(message = "is required: 1 to 64 of the characters a-z A-Z 0-9 _ -.")
        String name,

        @NotNull(message = "is required: a list, empty for a plan that says nothing.") @Valid
        List<@NotNull(message = "must not be null.") QuotaTermsJson> quotas) {}
