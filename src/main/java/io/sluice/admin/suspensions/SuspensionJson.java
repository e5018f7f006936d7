package io.sluice.admin.suspensions;

import io.sluice.projects.ExceededCap;
import io.sluice.projects.Suspension;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A suspension as the API shows it. */
public record SuspensionJson(
        UUID id,
        String projectId,
        String cause,
        String reason,
        List<ExceededCap> exceeded,
        Instant suspendedAt,
        String suspendedBy,
        @Nullable UUID jobId,
        @Nullable Instant resolvedAt,
        @Nullable String resolvedBy,
        @Nullable String resolution,
        @Nullable Instant keepActiveUntil) {
    static SuspensionJson of(Suspension suspension) {
        return new SuspensionJson(
                suspension.id(),
                suspension.projectId(),
                suspension.cause(),
                suspension.reason(),
                suspension.exceeded(),
                suspension.suspendedAt(),
                suspension.suspendedBy(),
                suspension.jobId(),
                suspension.resolvedAt(),
                suspension.resolvedBy(),
                suspension.resolution(),
                suspension.keepActiveUntil());
    }
}
