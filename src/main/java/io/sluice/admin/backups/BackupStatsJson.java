package io.sluice.admin.backups;

import io.sluice.backups.BackupStats;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A project's backups taken together, as the API shows them. */
public record BackupStatsJson(
        long total,
        long completed,
        long failed,
        long expired,
        long deleted,
        long bytes,
        @Nullable Instant lastCompletedAt,
        @Nullable Instant nextExpiryAt) {
    static BackupStatsJson of(BackupStats stats) {
        return new BackupStatsJson(
                stats.total(),
                stats.completed(),
                stats.failed(),
                stats.expired(),
                stats.deleted(),
                stats.bytes(),
                stats.lastCompletedAt(),
                stats.nextExpiryAt());
    }
}
