package io.sluice.backups.retention;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * What to remove.
 *
 * @param batchSize how many archives are looked up together, 1 to 1000; null: 1000
 * @param projectId only this project's; null: all
 * @param dryRun true: only count; null counts as false
 */
public record CleanupExpiredBackups(
        @Nullable
        @Min(value = 1, message = "must be from 1 to 1000.")
        @Max(value = 1000, message = "must be from 1 to 1000.")
        Integer batchSize,

        @Nullable String projectId,
        @Nullable Boolean dryRun) {}
