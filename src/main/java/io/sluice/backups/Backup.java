package io.sluice.backups;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A backup as it was when it was read.
 *
 * @param jobId the job that makes, or made, it
 * @param state one of pending, running, completed, failed, expired and deleted
 * @param tenantSchema the schema whose data it holds; null: the project had none, or it is not made yet
 * @param object name of the archive in the store; null until it is made
 * @param bytes length of the archive
 * @param sha256 sum of the archive in hexadecimal digits
 * @param tables how many tables of the tenant it holds
 * @param tableRows how many rows these have together
 * @param expiresAt when the archive is removed by itself
 * @param removedAt when it expired or was deleted
 * @param restoredAt when it was last given back
 * @param error why it failed, or why its archive could not be removed at the latest try
 */
public record Backup(
        UUID id,
        String projectId,
        UUID jobId,
        String state,
        @Nullable String tenantSchema,
        @Nullable String object,
        @Nullable Long bytes,
        @Nullable String sha256,
        @Nullable Integer tables,
        @Nullable Long tableRows,
        Instant createdAt,
        @Nullable Instant completedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant removedAt,
        @Nullable Instant restoredAt,
        @Nullable String error) {
    /** Whether its archive can be read. */
    public boolean isCompleted() {
        return state.equals("completed");
    }
}
