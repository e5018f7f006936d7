package io.sluice.admin.abuse;

import io.sluice.abuse.Exemptions;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The body that leaves a project alone.
 *
 * @param rule left out: every rule that the kind may stand for
 * @param startsAt left out: now
 * @param endsAt left out: until it is taken away; required for a planned spike
 */
public record NewExemptionJson(
        @NotNull(message = "is required: exemption or planned_spike.")
        String kind,

        @Nullable String rule,

        @NotBlank(message = "is required: say why in 1 to 1,000 characters.")
        @Size(max = 1000, message = "must be 1 to 1,000 characters.")
        String reason,

        @Nullable Instant startsAt,
        @Nullable Instant endsAt) {
    Exemptions.NewExemption toNew() {
        return new Exemptions.NewExemption(kind, rule, reason, startsAt, endsAt);
    }
}
