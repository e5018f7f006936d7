package io.sluice.admin.keys;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The body that rotates a key.
 *
 * @param graceSeconds how long the old key works on: 0 for a key that fell into wrong hands; left out: as configured
 */
public record RotationJson(
        @Nullable
        @Min(value = 0, message = "must be 0 to 2592000.")
        @Max(value = 2_592_000, message = "must be 0 to 2592000.")
        Long graceSeconds) {
    @Nullable
    Duration grace() {
        return graceSeconds == null ? null : Duration.ofSeconds(graceSeconds);
    }
}
