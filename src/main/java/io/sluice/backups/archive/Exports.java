package io.sluice.backups.archive;

import io.sluice.ConflictException;
import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.backups.BackupEvents;
import io.sluice.backups.BackupSettings;
import io.sluice.backups.Backups;
import io.sluice.events.Event;
import io.sluice.events.Events;
import io.sluice.events.EventsPublished;
import io.sluice.jobs.JobContext;
import io.sluice.logging.EventLog;
import io.sluice.projects.Project;
import io.sluice.projects.ProjectStatus;
import io.sluice.projects.Projects;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.Tuple;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The steps of an export that the database remembers. */
@ApplicationScoped
public class Exports {
    private static final EventLog LOG = EventLog.of(Exports.class);

    @Inject
    ExportRepository repository;

    @Inject
    Projects projects;

    @Inject
    BackupSettings settings;

    @Inject
    AuditLog audit;

    @Inject
    Events events;

    /**
     * An attempt to make a backup.
     *
     * @param object what its archive is called in the store; no other attempt uses the name
     * @param leftOver archives of earlier attempts that may still be there
     * @param now when it was begun
     */
    record Opened(
            UUID backupId,
            String projectId,
            UUID jobId,
            @Nullable String tenantSchema,
            String object,
            List<String> leftOver,
            Instant now) {}

    /**
     * Begins an attempt.
     *
     * @throws NotFoundException if there is no such project
     * @throws ConflictException if the project is deleted, or the backup is over
     */
    @Transactional(TxType.REQUIRES_NEW)
    public Opened open(ExportBackup asked, JobContext context) {
        context.requireOwnership();
        Project project = projects.get(asked.projectId());
        if (project.status() == ProjectStatus.DELETED) {
            throw new ConflictException("The project '" + project.id() + "' is deleted.");
        }
        UUID jobId = context.jobId();
        Tuple row = repository
                .open(project.id(), jobId)
                .orElseThrow(() -> new ConflictException("The backup of this job is over."));
        UUID backupId = row.get("id", UUID.class);
        String object = project.id() + "/" + backupId + "-" + row.get("token") + ".zip";
        repository.remember(object, backupId, jobId);
        return new Opened(
                backupId,
                project.id(),
                jobId,
                row.get("tenant_schema", String.class),
                object,
                repository.others(backupId, object),
                row.get("now", Instant.class));
    }

    /** Nothing of this name is in the store any more. */
    @Transactional(TxType.REQUIRES_NEW)
    public void forget(String object) {
        repository.forget(object);
    }

    /** Notes, in the transaction that completes the job, that the archive is there; returns when it expires. */
    @Transactional(TxType.MANDATORY)
    public Instant complete(Opened backup, ArchiveExport.Written written, @Nullable Integer retentionDays) {
        int days = retentionDays == null ? settings.retentionDays() : retentionDays;
        Instant expiresAt = repository
                .complete(backup.backupId(), backup.object(), written, days)
                .orElseThrow(() -> new ConflictException("The backup is over."));
        int tables = written.manifest().tables().size();
        long rows = written.manifest().tableRows();
        Map<String, @Nullable Object> made = new LinkedHashMap<>();
        made.put("bytes", written.bytes());
        made.put("sha256", written.sha256());
        made.put("tables", tables);
        made.put("table_rows", rows);
        made.put("expires_at", expiresAt);
        audit.record(new NewAuditEntry(
                "backup.completed", "backup", backup.backupId().toString(), backup.projectId(), null, made));
        events.publish(BackupEvents.COMPLETED.of(
                backup.projectId(),
                new BackupEvents.Completed(
                        backup.backupId(),
                        backup.projectId(),
                        backup.jobId(),
                        written.bytes(),
                        tables,
                        rows,
                        expiresAt)));
        return expiresAt;
    }

    /** A job that failed for good leaves no backup behind, whoever noticed it; said in the same transaction. */
    @Transactional(TxType.MANDATORY)
    public void onFailedJobs(@Observes EventsPublished published) {
        for (Event event : published.events()) {
            if (event.type().equals("job.failed")
                    && Backups.EXPORT.equals(event.data().get("job_type"))) {
                fail(UUID.fromString(String.valueOf(event.data().get("job_id"))));
            }
        }
    }

    private void fail(UUID jobId) {
        repository.fail(jobId).ifPresent(row -> {
            UUID backupId = row.get("id", UUID.class);
            String projectId = row.get("project_id", String.class);
            audit.record(new NewAuditEntry(
                    "backup.failed", "backup", backupId.toString(), projectId, null, Map.of("job_id", jobId)));
            events.publish(BackupEvents.FAILED.of(
                    projectId, new BackupEvents.Failed(backupId, projectId, jobId, row.get("now", Instant.class))));
            LOG.warning("backup failed", "backup_id", backupId, "project_id", projectId);
        });
    }
}
