package io.sluice.admin.backups;

import io.sluice.backups.Backup;
import io.sluice.jobs.JobAttempt;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A backup as the API shows it. */
public record BackupJson(
        UUID id,
        String projectId,
        UUID jobId,
        String state,
        @Nullable String tenantSchema,
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
    /** @param everything false: what exceptions say is left out */
    static BackupJson of(Backup backup, boolean everything) {
        return new BackupJson(
                backup.id(),
                backup.projectId(),
                backup.jobId(),
                backup.state(),
                backup.tenantSchema(),
                backup.bytes(),
                backup.sha256(),
                backup.tables(),
                backup.tableRows(),
                backup.createdAt(),
                backup.completedAt(),
                backup.expiresAt(),
                backup.removedAt(),
                backup.restoredAt(),
                everything || backup.error() == null ? backup.error() : JobAttempt.UNEXPECTED);
    }
}
