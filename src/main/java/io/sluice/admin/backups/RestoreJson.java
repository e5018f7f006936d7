package io.sluice.admin.backups;

import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** The body that gives a backup back; {@code confirm} repeats the id of the project that receives it. */
public record RestoreJson(
        @NotNull(message = "is required: the id of the project whose data is replaced.")
        String confirm,

        @Nullable String projectId) {}
