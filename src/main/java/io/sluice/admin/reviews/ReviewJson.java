package io.sluice.admin.reviews;

import io.sluice.abuse.Reviews;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A review as the API shows it. */
public record ReviewJson(
        UUID id,
        UUID suspensionId,
        String projectId,
        String message,
        String requestedBy,
        Instant requestedAt,
        @Nullable String decision,
        @Nullable String reason,
        @Nullable String decidedBy,
        @Nullable Instant decidedAt) {
    static ReviewJson of(Reviews.Review review) {
        return new ReviewJson(
                review.id(),
                review.suspensionId(),
                review.projectId(),
                review.message(),
                review.requestedBy(),
                review.requestedAt(),
                review.decision(),
                review.reason(),
                review.decidedBy(),
                review.decidedAt());
    }
}
