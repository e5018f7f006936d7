package io.sluice.admin.limits;

import io.sluice.quotas.Warning;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A warning as the API shows it. */
public record WarningJson(
        UUID id,
        String projectId,
        String metric,
        String period,
        int threshold,
        long usage,
        long limit,
        Instant periodStart,
        Instant sentAt,
        @Nullable UUID jobId,
        List<String> notifications) {
    static WarningJson of(Warning warning) {
        return new WarningJson(
                warning.id(),
                warning.projectId(),
                warning.metric(),
                warning.period(),
                warning.threshold(),
                warning.usage(),
                warning.limit(),
                warning.periodStart(),
                warning.sentAt(),
                warning.jobId(),
                List.of());
    }
}
