package io.sluice.backups.retention;

import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.backups.BackupCounters;
import io.sluice.backups.BackupEvents;
import io.sluice.backups.BackupSettings;
import io.sluice.events.Events;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/** Tells once of each backup that will be removed soon; the mark and the event are written with the job's end. */
@ApplicationScoped
@HandlesJob(
        value = "notify_backup_expiration",
        description = "Gives notice, once, of backups that expire within the next days.")
public class NotifyBackupExpirationJob implements JobHandler<NotifyBackupExpiration> {
    private static final EventLog LOG = EventLog.of(NotifyBackupExpirationJob.class);

    @Inject
    RetentionRepository repository;

    @Inject
    BackupSettings settings;

    @Inject
    AuditLog audit;

    @Inject
    Events events;

    @Inject
    BackupCounters counters;

    @Override
    public JobOutcome handle(NotifyBackupExpiration asked, JobContext context) {
        context.inCompletion();
        List<BackupEvents.Expiring> expiring = repository.expiring(settings.noticeDays(), asked.projectId());
        audit.record(expiring.stream()
                .map(each -> new NewAuditEntry(
                        "backup.expiry_notified",
                        "backup",
                        each.backupId().toString(),
                        each.projectId(),
                        null,
                        Map.of("expires_at", each.expiresAt())))
                .toList());
        events.publish(expiring.stream()
                .map(each -> BackupEvents.EXPIRING.of(each.projectId(), each))
                .toList());
        counters.expiryTold(expiring.size());
        LOG.info("backup expiry notices given", "notified", expiring.size());
        return JobOutcome.completed(Map.of("notified", expiring.size()));
    }
}
