package io.sluice.backups;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a project is backed up by itself.
 *
 * @param intervalHours 1 to 720
 * @param retentionDays how long these backups are kept, 1 to 365; null: as the installation says
 * @param nextAt when the next one is begun
 */
public record BackupSchedule(
        String projectId, int intervalHours, @Nullable Integer retentionDays, Instant nextAt) {}
