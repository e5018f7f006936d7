package io.sluice.admin.keys;

import io.sluice.keys.ApiKey;
import io.sluice.keys.KeyChecks;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How often a key was shown, and how often it was good.
 *
 * @param successRate percent, rounded down to two decimals; null without any use
 */
public record KeyUsageJson(
        UUID keyId,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        Instant from,
        Instant to,
        String bucket,
        long total,
        long success,
        long error,
        @Nullable BigDecimal successRate,
        Lately lately,
        List<Bucket> items) {
    /** All uses of the last 24 hours, 7 days and 30 days, whatever the range. */
    public record Lately(long day, long week, long month) {}

    /** One bucket that has uses. */
    public record Bucket(Instant bucketStart, long success, long error) {}

    static KeyUsageJson of(ApiKey key, String bucket, KeyChecks.Usage usage) {
        long success = usage.uses().stream().mapToLong(KeyChecks.Uses::success).sum();
        long error = usage.uses().stream().mapToLong(KeyChecks.Uses::error).sum();
        return new KeyUsageJson(
                key.id(),
                key.createdAt(),
                key.lastUsedAt(),
                usage.from(),
                usage.to(),
                bucket,
                success + error,
                success,
                error,
                rate(success, success + error),
                new Lately(usage.last24Hours(), usage.last7Days(), usage.last30Days()),
                usage.uses().stream()
                        .map(each -> new Bucket(each.bucketStart(), each.success(), each.error()))
                        .toList());
    }

    private static @Nullable BigDecimal rate(long part, long total) {
        return total == 0
                ? null
                : BigDecimal.valueOf(part).movePointRight(2).divide(BigDecimal.valueOf(total), 2, RoundingMode.DOWN);
    }
}
