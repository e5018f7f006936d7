package io.sluice.admin.backups;

import io.sluice.backups.BackupSchedule;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a project is backed up by itself, as the API shows it. */
public record BackupScheduleJson(
        String projectId, int intervalHours, @Nullable Integer retentionDays, Instant nextAt) {
    static BackupScheduleJson of(BackupSchedule schedule) {
        return new BackupScheduleJson(
                schedule.projectId(), schedule.intervalHours(), schedule.retentionDays(), schedule.nextAt());
    }
}
