package io.sluice.admin.webhooks;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.json.Json;
import io.sluice.webhooks.Delivery;
import io.sluice.webhooks.DeliveryAttempt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as the API shows it.
 *
 * @param id also the header {@code webhook-id} of every try
 * @param message what is sent; only where one delivery is shown
 * @param history the tries that have ended, oldest first
 */
public record DeliveryJson(
        UUID id,
        UUID webhookId,
        @Nullable UUID eventId,
        String eventType,
        @Nullable String projectId,
        String status,
        int attempts,
        @Nullable Instant nextAttemptAt,
        Instant createdAt,
        @Nullable Instant completedAt,
        @Nullable String requestId,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Object> message,
        List<Try> history) {
    /**
     * One try.
     *
     * @param httpStatus null: no answer came, and {@code failure} says why
     * @param response the beginning of the answer's body
     */
    public record Try(
            int attempt,
            UUID jobId,
            Instant startedAt,
            int durationMs,
            @Nullable Integer httpStatus,
            @Nullable String failure,
            @Nullable String detail,
            String response) {
        static Try of(DeliveryAttempt attempt) {
            return new Try(
                    attempt.attempt(),
                    attempt.jobId(),
                    attempt.startedAt(),
                    attempt.durationMs(),
                    attempt.httpStatus(),
                    attempt.failure(),
                    attempt.detail(),
                    attempt.response());
        }
    }

    static DeliveryJson of(Delivery delivery, List<DeliveryAttempt> attempts, boolean whole) {
        return new DeliveryJson(
                delivery.id(),
                delivery.webhookId(),
                delivery.eventId(),
                delivery.eventType(),
                delivery.projectId(),
                delivery.status(),
                delivery.attempts(),
                delivery.nextAttemptAt(),
                delivery.createdAt(),
                delivery.completedAt(),
                delivery.requestId(),
                whole ? Json.readObject(delivery.body()) : null,
                attempts.stream()
                        .filter(attempt -> attempt.deliveryId().equals(delivery.id()))
                        .map(Try::of)
                        .toList());
    }
}
