package io.sluice.admin.webhooks;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body that sends a range of deliveries once more.
 *
 * @param from first instant of their making included
 * @param to first instant excluded; null: up to now
 * @param statuses null: those that were given up or skipped
 */
public record RedeliveryJson(
        @NotNull(message = "is required: a time such as 2026-01-31T12:00:00Z.")
        Instant from,

        @Nullable Instant to,

        @Nullable @Size(min = 1, max = 3, message = "must name some of delivered, failed and skipped.")
        List<@NotNull(message = "must not be null.") Status> statuses) {
    /** How a delivery may have ended. */
    public enum Status {
        DELIVERED,
        FAILED,
        SKIPPED
    }

    List<String> words() {
        List<Status> wanted = statuses == null ? List.of(Status.FAILED, Status.SKIPPED) : statuses;
        return wanted.stream()
                .map(status -> status.name().toLowerCase(java.util.Locale.ROOT))
                .distinct()
                .toList();
    }
}
