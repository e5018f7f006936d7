package io.sluice.admin.abuse;

import io.sluice.abuse.AbuseRules;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body that changes rules: those that it names, and of them what it says. */
public record RuleChangesJson(
        @NotNull(message = "is required: a list of rules.")
        @Size(min = 1, max = 50, message = "must name 1 to 50 rules.")
        List<@NotNull(message = "must not be null.") @Valid Item> items) {

    /**
     * New values of one rule.
     *
     * @param mode off, observe or enforce
     * @param suspendAt warning, critical, severe or never
     */
    public record Item(
            @NotNull(message = "is required: a name from GET /v1/abuse/rules.")
            String name,

            @Nullable String mode,
            @Nullable BigDecimal warning,
            @Nullable BigDecimal critical,
            @Nullable BigDecimal severe,
            @Nullable String suspendAt,
            @Nullable Long minimum,
            @Nullable Long suspendRate,
            @Nullable BigDecimal suspendGrowth) {
        private AbuseRules.Change toChange() {
            return new AbuseRules.Change(
                    name, mode, warning, critical, severe, suspendAt, minimum, suspendRate, suspendGrowth);
        }
    }

    List<AbuseRules.Change> toChanges() {
        return items.stream().map(Item::toChange).toList();
    }
}
