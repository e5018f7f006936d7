package io.sluice.admin.limits;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body that replaces a plan's quotas.
 *
 * @param name may be repeated from the answer that was read; a plan cannot be renamed
 */
public record PlanChangeJson(
        @Nullable String name,

        @NotNull(message = "is required: a list, empty for a plan that says nothing.") @Valid
        List<@NotNull(message = "must not be null.") QuotaTermsJson> quotas) {}
