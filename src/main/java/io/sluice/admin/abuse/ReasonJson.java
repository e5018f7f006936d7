package io.sluice.admin.abuse;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/** The body that says why. */
public record ReasonJson(
        @NotBlank(message = "is required: say why in 1 to 1,000 characters.")
        @Size(max = 1000, message = "must be 1 to 1,000 characters.")
        String reason) {}
