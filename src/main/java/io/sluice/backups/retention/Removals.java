package io.sluice.backups.retention;

import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.jobs.JobContext;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the database remembers of archives that are to go. Each step is one transaction. */
@ApplicationScoped
@Transactional(TxType.REQUIRES_NEW)
public class Removals {
    private static final EventLog LOG = EventLog.of(Removals.class);

    @Inject
    RetentionRepository repository;

    @Inject
    AuditLog audit;

    /**
     * An archive that is to go.
     *
     * @param expired whether it is what a backup consists of; otherwise it was left over
     */
    record Removal(String object, UUID backupId, String projectId, boolean expired) {}

    /**
     * All archives that are to go.
     *
     * @param since when they were counted
     */
    record Backlog(Instant since, long archives) {}

    Backlog backlog(@Nullable String projectId) {
        return repository.backlog(projectId);
    }

    /**
     * Archives that are to go: the longest expired first, and last what the store refused before.
     *
     * @param since what was refused later than this is left out
     */
    List<Removal> due(@Nullable String projectId, Instant since, int most) {
        return repository.removals(projectId, since, most);
    }

    /** Backups whose job was cancelled or is gone have failed. */
    void closeAbandoned() {
        repository.closeAbandoned();
    }

    /** The archive is not in the store any more. */
    void removed(Removal removal, JobContext context) {
        context.requireOwnership();
        repository.forget(removal.object());
        if (removal.expired() && repository.expire(removal.backupId())) {
            audit.record(new NewAuditEntry(
                    "backup.expired",
                    "backup",
                    removal.backupId().toString(),
                    removal.projectId(),
                    Map.of("state", "completed"),
                    Map.of("state", "expired")));
            LOG.info("backup expired", "backup_id", removal.backupId(), "project_id", removal.projectId());
        }
    }

    /** The store did not remove it; it stays, and others are tried before it is tried again. */
    void refused(Removal removal, String error, JobContext context) {
        context.requireOwnership();
        repository.refused(removal.object(), removal.backupId(), error);
        LOG.warning("backup could not be removed", "backup_id", removal.backupId(), "error", error);
    }
}
