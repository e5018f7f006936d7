package io.sluice.admin.abuse;

import io.sluice.abuse.AbuseRule;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** A rule as it holds, as the API shows it. */
public record AbuseRuleJson(
        String name,
        String description,
        String mode,
        String unit,
        int windowMinutes,
        List<String> metrics,
        BigDecimal warning,
        BigDecimal critical,
        BigDecimal severe,
        String suspendAt,
        long minimum,
        long suspendRate,
        BigDecimal suspendGrowth,
        String source,
        Instant updatedAt) {

    /** All of them; there are never many. */
    public record All(List<AbuseRuleJson> items) {
        static All of(List<AbuseRule> rules) {
            return new All(rules.stream().map(AbuseRuleJson::of).toList());
        }
    }

    static AbuseRuleJson of(AbuseRule rule) {
        return new AbuseRuleJson(
                rule.name(),
                rule.description(),
                rule.mode(),
                rule.unit(),
                rule.windowMinutes(),
                rule.metrics(),
                rule.warning(),
                rule.critical(),
                rule.severe(),
                rule.suspendAt(),
                rule.minimum(),
                rule.suspendRate(),
                rule.suspendGrowth(),
                rule.source(),
                rule.updatedAt());
    }
}
