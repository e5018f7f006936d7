package io.sluice.admin.abuse;

import io.sluice.abuse.Detection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A detection as the API shows it. */
public record DetectionJson(
        UUID id,
        @Nullable String projectId,
        String rule,
        @Nullable String metric,
        String level,
        @Nullable String unit,
        BigDecimal value,
        long observed,
        long previous,
        @Nullable Long baseline,
        Instant windowStart,
        Instant windowEnd,
        String mode,
        String outcome,
        @Nullable String withheld,
        UUID jobId,
        @Nullable UUID suspensionId,
        @Nullable String decidedBy,
        @Nullable Instant decidedAt,
        @Nullable String decision,
        Instant detectedAt) {
    static DetectionJson of(Detection found) {
        return new DetectionJson(
                found.id(),
                found.projectId(),
                found.rule(),
                found.metric(),
                found.level(),
                found.unit(),
                found.value(),
                found.observed(),
                found.previous(),
                found.baseline(),
                found.windowStart(),
                found.windowEnd(),
                found.mode(),
                found.outcome(),
                found.withheld(),
                found.jobId(),
                found.suspensionId(),
                found.decidedBy(),
                found.decidedAt(),
                found.decision(),
                found.detectedAt());
    }
}
