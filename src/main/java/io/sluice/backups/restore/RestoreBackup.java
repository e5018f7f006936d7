package io.sluice.backups.restore;

import jakarta.validation.constraints.NotNull;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What to give back to whom.
 *
 * @param projectId who receives it: the backup's own project, or one whose tenant schema is empty; null: the backup's own
 * @param terms whether plan and quotas come back too; null counts as false
 */
public record RestoreBackup(
        @NotNull(message = "is required: the id of a backup.")
        UUID backupId,

        @Nullable String projectId,
        @Nullable Boolean terms) {}
