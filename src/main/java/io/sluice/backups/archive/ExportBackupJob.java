package io.sluice.backups.archive;

import io.sluice.SluiceException;
import io.sluice.backups.BackupCounters;
import io.sluice.backups.BackupStore;
import io.sluice.backups.Backups;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes one backup: streams the archive into the store, reads it back, and notes it in the transaction that completes
 * the job. Each attempt writes an object of its own, and removes what earlier ones left. This thread only watches: it
 * tells the progress, and ends {@code pg_dump} when the attempt is to stop.
 */
@ApplicationScoped
@HandlesJob(
        value = Backups.EXPORT,
        description = "Backs a project up: its tenant schema by pg_dump, and its records, in one verified archive.",
        timeout = "PT30M",
        finalErrors = SluiceException.class)
public class ExportBackupJob implements JobHandler<ExportBackup> {
    private static final EventLog LOG = EventLog.of(ExportBackupJob.class);
    private static final int WRITTEN = 80;
    private static final long STEP_MILLIS = 250;
    private static final long SECONDS_TO_STOP = 8;

    @Inject
    Exports exports;

    @Inject
    ArchiveExport archive;

    @Inject
    BackupStore store;

    @Inject
    BackupCounters counters;

    @Resource
    ManagedExecutorService executor;

    @Override
    public JobOutcome handle(ExportBackup asked, JobContext context) throws Exception {
        Exports.Opened backup = exports.open(asked, context);
        LOG.info("backup started", "backup_id", backup.backupId(), "schema", backup.tenantSchema());
        backup.leftOver().forEach(this::removeLeftOver);
        try {
            ArchiveExport.Written written = watch(backup, context);
            context.inCompletion();
            Instant expiresAt = exports.complete(backup, written, asked.retentionDays());
            counters.completed(written.bytes());
            LOG.info("backup completed", "backup_id", backup.backupId(), "bytes", written.bytes());
            return JobOutcome.completed(result(backup, written, expiresAt));
        } catch (Exception failure) {
            counters.attemptFailed();
            discard(backup.object());
            throw failure;
        }
    }

    private ArchiveExport.Written watch(Exports.Opened backup, JobContext context) throws Exception {
        Stop stop = new Stop();
        AtomicInteger percent = new AtomicInteger();
        Future<ArchiveExport.Written> work = executor.submit(() -> {
            stop.thread(Thread.currentThread());
            try {
                return make(backup, stop, percent);
            } finally {
                stop.ended();
            }
        });
        try {
            while (true) {
                ArchiveExport.Written written = poll(work);
                if (written != null) {
                    return written;
                }
                if (context.cancelled()) {
                    throw new InterruptedException("The backup was asked to stop.");
                }
                context.progress(percent.get(), percent.get() < WRITTEN ? "writing the archive" : "reading it back");
            }
        } finally {
            stop.ask();
            stop.awaitEnd(SECONDS_TO_STOP);
        }
    }

    private static ArchiveExport.@Nullable Written poll(Future<ArchiveExport.Written> work) throws Exception {
        try {
            return work.get(STEP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillAtIt) {
            return null;
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    /** On a thread of its own: writes the archive and reads it back. */
    private ArchiveExport.Written make(Exports.Opened backup, Stop stop, AtomicInteger percent) throws Exception {
        ArchiveExport.Written written;
        try (BackupStore.Upload upload = store.create(backup.object())) {
            written = archive.write(backup, upload, stop, percent::set);
            if (stop.isAsked()) {
                throw new InterruptedException("The backup was stopped before its archive was whole.");
            }
            upload.commit();
        }
        percent.set(WRITTEN);
        try (InputStream kept = store.open(backup.object())) {
            Manifest manifest = ArchiveReader.verify(kept, written.bytes(), written.sha256());
            if (!manifest.equals(written.manifest())) {
                throw new BrokenArchiveException("has another manifest than the one written");
            }
        }
        percent.set(100);
        return written;
    }

    /** Nothing of this attempt depends on it: what the store refuses stays noted for the clean-up. */
    private void removeLeftOver(String object) {
        try {
            store.discard(object);
            exports.forget(object);
        } catch (IOException refused) {
            LOG.warning("archive of an earlier attempt is left to the clean-up", "object", object, "error", refused);
        }
    }

    /** Leaves no half object; what cannot be removed now is removed by the next attempt or the clean-up. */
    private void discard(String object) {
        boolean interrupted = Thread.interrupted();
        try {
            store.discard(object);
        } catch (IOException | RuntimeException later) {
            LOG.warning("archive of a failed backup is left to the clean-up", "object", object, "error", later);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Map<String, @Nullable Object> result(
            Exports.Opened backup, ArchiveExport.Written written, Instant expiresAt) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("backup_id", backup.backupId());
        result.put("project_id", backup.projectId());
        result.put("tenant_schema", backup.tenantSchema());
        result.put("bytes", written.bytes());
        result.put("sha256", written.sha256());
        result.put("tables", written.manifest().tables().size());
        result.put("table_rows", written.manifest().tableRows());
        result.put("expires_at", expiresAt);
        return result;
    }
}
