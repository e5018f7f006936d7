package io.sluice.admin.reviews;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/** The body that asks for a review. */
public record ReviewRequestJson(
        @NotBlank(message = "is required: say in 1 to 4,000 characters why the suspension should end.")
        @Size(max = 4000, message = "must be 1 to 4,000 characters.")
        String message) {}
