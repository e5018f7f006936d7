package io.sluice.webhooks.delivery;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One try of one delivery.
 *
 * @param attempt the number that the try will have; a job whose try was made meanwhile does nothing
 * @param failing whether it waits among those whose receivers fail; null: no
 * @param probe whether it looks if the receiver of a disabled webhook is well again; null: no
 */
public record DeliverWebhook(
        @NotNull(message = "is required: the id of a delivery.")
        UUID deliveryId,

        @Min(value = 1, message = "must be 1 or more.") int attempt,

        @Nullable Boolean failing,
        @Nullable Boolean probe) {
    boolean isFailing() {
        return Boolean.TRUE.equals(failing);
    }

    boolean isProbe() {
        return Boolean.TRUE.equals(probe);
    }
}
