package io.sluice.abuse;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * What is looked for, as it holds for the installation or for one project.
 *
 * @param mode {@code off}, {@code observe} or {@code enforce}
 * @param unit what the thresholds count: {@code times_usual}, {@code percent}, {@code per_minute}, {@code attempts} or
 *     {@code keys}
 * @param windowMinutes how long one window is; two in a row suspend
 * @param metrics the metrics that are judged; empty for rules about keys
 * @param suspendAt the level that suspends: {@code warning}, {@code critical}, {@code severe} or {@code never}
 * @param minimum less than this is never judged: of the usual busiest hour for {@code usage_spike}, of requests in the
 *     window for {@code error_rate}
 * @param suspendRate suspends only from so many a minute on
 * @param suspendGrowth suspends only from so many times the usual busiest hour on, where there is one
 * @param source {@code rule}, or {@code project} where the project has values of its own
 */
public record AbuseRule(
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
    public AbuseRule {
        metrics = List.copyOf(metrics);
        warning = plain(warning);
        critical = plain(critical);
        severe = plain(severe);
        suspendGrowth = plain(suspendGrowth);
    }

    /** The same number without zeros at its end. */
    public static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
