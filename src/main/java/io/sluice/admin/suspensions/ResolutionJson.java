package io.sluice.admin.suspensions;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The body that resolves a suspension.
 *
 * @param keepActiveUntil until then no hard cap suspends the project again; left out: the next check may
 */
public record ResolutionJson(
        @NotBlank(message = "is required: say why in 1 to 1,000 characters.")
        @Size(max = 1000, message = "must be 1 to 1,000 characters.")
        String reason,

        @Nullable Instant keepActiveUntil) {}
