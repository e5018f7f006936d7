package io.sluice.admin.abuse;

import io.sluice.abuse.AbuseRules;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The body that gives a project values of its own; what is left out holds as the rule says. */
public record ProjectRuleJson(
        @Nullable String mode,
        @Nullable BigDecimal warning,
        @Nullable BigDecimal critical,
        @Nullable BigDecimal severe,
        @Nullable String suspendAt,
        @Nullable Long minimum,
        @Nullable Long suspendRate,
        @Nullable BigDecimal suspendGrowth) {

    AbuseRules.Change toChange(String name) {
        return new AbuseRules.Change(
                name, mode, warning, critical, severe, suspendAt, minimum, suspendRate, suspendGrowth);
    }
}
