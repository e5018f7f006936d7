package io.sluice.backups.archive;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/**
 * Which project to back up.
 *
 * @param retentionDays until the backup expires; null: as the installation says
 */
public record ExportBackup(
        @NotNull(message = "is required: the id of a project.")
        String projectId,

        @Nullable
        @Min(value = 1, message = "must be from 1 to 365.")
        @Max(value = 365, message = "must be from 1 to 365.")
        Integer retentionDays) {}
