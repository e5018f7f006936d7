package io.sluice.keys.work;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which key gets a successor.
 *
 * @param graceSeconds how long the old one works on; null: as configured
 */
public record RotateKey(
        @NotNull(message = "is required: the id of a key.") UUID keyId,

        @Nullable
        @Min(value = 0, message = "must be 0 to 2592000.")
        @Max(value = 2_592_000, message = "must be 0 to 2592000.")
        Long graceSeconds) {}
