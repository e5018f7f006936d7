package io.sluice.backups.restore;

import io.sluice.ConflictException;
import io.sluice.SluiceException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.backups.Backup;
import io.sluice.backups.BackupCounters;
import io.sluice.backups.BackupStore;
import io.sluice.backups.Backups;
import io.sluice.backups.TenantSchema;
import io.sluice.backups.TenantSchemas;
import io.sluice.backups.archive.ArchiveReader;
import io.sluice.backups.archive.ArchivedFile;
import io.sluice.backups.archive.BrokenArchiveException;
import io.sluice.backups.archive.Manifest;
import io.sluice.database.BulkConnection;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import io.sluice.projects.ProjectStatus;
import io.sluice.projects.Projects;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives a backup back. The archive is read whole and compared first; then everything happens in the transaction that
 * completes the job: the tenant's data, plan and quotas if asked for, the audit entry and the job's end come together or
 * not at all, wherever it is cut off.
 */
@ApplicationScoped
@HandlesJob(
        value = Backups.RESTORE,
        description = "Gives a backup back, all or nothing: the tenant's data and, for operators, plan and quotas.",
        timeout = "PT30M",
        finalErrors = {SluiceException.class, BrokenArchiveException.class})
public class RestoreBackupJob implements JobHandler<RestoreBackup> {
    private static final EventLog LOG = EventLog.of(RestoreBackupJob.class);
    private static final int VERIFIED = 30;
    private static final Duration BEFORE_ANOTHER_TRY = Duration.ofSeconds(20);

    @Inject
    Backups backups;

    @Inject
    TenantSchemas schemas;

    @Inject
    Projects projects;

    @Inject
    BackupStore store;

    @Inject
    TenantRepository tenants;

    @Inject
    TenantRestore tenantRestore;

    @Inject
    TermsRestore termsRestore;

    @Inject
    BulkConnection bulk;

    @Inject
    AuditLog audit;

    @Inject
    BackupCounters counters;

    @Override
    public JobOutcome handle(RestoreBackup asked, JobContext context) throws Exception {
        Backup backup = backups.get(asked.backupId());
        if (!backup.isCompleted()) {
            throw new ConflictException("The backup " + backup.id() + " is " + backup.state() + ".");
        }
        String projectId = asked.projectId() == null ? backup.projectId() : asked.projectId();
        boolean terms = Boolean.TRUE.equals(asked.terms());
        if (!tenantRestore.isFree(projectId)) {
            // Before the archive is read: it may be large, and a lost session may take long to end.
            return new JobOutcome.Snoozed(BEFORE_ANOTHER_TRY);
        }
        Manifest manifest = verified(backup);
        if (manifest.tenantSchema() == null && !terms) {
            throw new ConflictException("The archive holds no data of the tenant: it had no schema then.");
        }
        TermsRestore.Terms given = terms ? terms(backup, manifest) : null;
        context.progress(VERIFIED, "the archive is whole; restoring");
        LOG.info("restore started", "backup_id", backup.id(), "to_project", projectId, "terms", terms);

        context.inCompletion();
        return bulk.patiently(() -> restore(backup, manifest, projectId, given, context));
    }

    private JobOutcome restore(
            Backup backup, Manifest manifest, String projectId, TermsRestore.@Nullable Terms given, JobContext context)
            throws Exception {
        if (!tenants.tryLock(projectId)) {
            // It may be an earlier attempt's session, which PostgreSQL keeps until it notices that the node is gone.
            return new JobOutcome.Snoozed(BEFORE_ANOTHER_TRY);
        }
        if (projects.get(projectId).status() == ProjectStatus.DELETED) {
            throw new ConflictException("The project '" + projectId + "' is deleted.");
        }
        if (manifest.tenantSchema() != null) {
            restoreTenant(backup, manifest, projectId, context);
        }
        Map<String, @Nullable Object> done = new LinkedHashMap<>();
        done.put("backup_id", backup.id());
        done.put("project_id", projectId);
        done.put("tables", manifest.tables().size());
        done.put("table_rows", manifest.tableRows());
        done.put("terms", given != null);
        if (given != null) {
            done.put("quotas", termsRestore.restore(projectId, given));
        }
        tenants.restored(backup.id());
        audit.record(new NewAuditEntry("backup.restored", "backup", backup.id().toString(), projectId, null, done));
        context.requireOwnership();
        counters.restored();
        LOG.info("restore completed", "backup_id", backup.id(), "table_rows", manifest.tableRows());
        return JobOutcome.completed(done);
    }

    private void restoreTenant(Backup backup, Manifest manifest, String projectId, JobContext context)
            throws Exception {
        String target = schemas.find(projectId)
                .map(TenantSchema::schemaName)
                .orElseThrow(() -> new ConflictException("The project '" + projectId
                        + "' has no tenant schema; an operator sets it by PUT /v1/projects/" + projectId
                        + "/tenant-schema."));
        boolean own = projectId.equals(backup.projectId());
        try (InputStream archive = open(backup)) {
            ArchiveReader.withFile(archive, Manifest.TENANT, dump -> {
                tenantRestore.restore(
                        manifest,
                        dump,
                        target,
                        own,
                        bytes -> context.progress(percent(bytes, manifest), "restoring"),
                        context::cancelled);
                return true;
            });
        }
    }

    private static int percent(long bytes, Manifest manifest) {
        long all = manifest.file(Manifest.TENANT).map(ArchivedFile::bytes).orElse(0L);
        return (int) (VERIFIED + Math.min(bytes, all) * (99 - VERIFIED) / Math.max(1, all));
    }

    private Manifest verified(Backup backup) throws IOException {
        try (InputStream archive = open(backup)) {
            return ArchiveReader.verify(
                    archive, Objects.requireNonNull(backup.bytes()), Objects.requireNonNull(backup.sha256()));
        }
    }

    private TermsRestore.Terms terms(Backup backup, Manifest manifest) throws Exception {
        List<Map<String, Object>> project = List.of();
        List<Map<String, Object>> quotas = List.of();
        for (String name : TermsRestore.files(manifest)) {
            try (InputStream archive = open(backup)) {
                String lines = ArchiveReader.withFile(
                        archive, name, file -> new String(file.readAllBytes(), StandardCharsets.UTF_8));
                if (name.equals(Manifest.PROJECT)) {
                    project = TermsRestore.objects(lines);
                } else {
                    quotas = TermsRestore.objects(lines);
                }
            }
        }
        Object plan = project.get(0).get("plan");
        return new TermsRestore.Terms(plan == null ? null : String.valueOf(plan), quotas);
    }

    private InputStream open(Backup backup) throws IOException {
        return store.open(Objects.requireNonNull(backup.object()));
    }
}
