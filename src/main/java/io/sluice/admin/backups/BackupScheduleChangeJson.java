package io.sluice.admin.backups;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** The body that has a project backed up by itself. */
public record BackupScheduleChangeJson(
        @NotNull(message = "is required: 1 to 720 hours.")
        @Min(value = 1, message = "must be from 1 to 720.")
        @Max(value = 720, message = "must be from 1 to 720.")
        Integer intervalHours,

        @Nullable
        @Min(value = 1, message = "must be from 1 to 365.")
        @Max(value = 365, message = "must be from 1 to 365.")
        Integer retentionDays) {}
