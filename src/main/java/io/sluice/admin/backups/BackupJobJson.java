package io.sluice.admin.backups;

import io.sluice.jobs.Job;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The job that was begun; {@code GET /v1/jobs/{id}} shows how it goes on. */
public record BackupJobJson(
        UUID id, String type, String status, @Nullable String projectId, Instant createdAt) {
    static BackupJobJson of(Job job) {
        return new BackupJobJson(
                job.id(), job.type(), job.status().name().toLowerCase(Locale.ROOT), job.projectId(), job.createdAt());
    }
}
