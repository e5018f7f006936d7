package io.sluice.admin.projects;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** The body that gives a project another status. */
public record ProjectStatusJson(
        @NotNull(message = "is required: created, active, suspended, archived or deleted.")
        String status,

        @NotBlank(message = "is required: say why in 1 to 1,000 characters.")
        @Size(max = 1000, message = "must be 1 to 1,000 characters.")
        String reason) {}
