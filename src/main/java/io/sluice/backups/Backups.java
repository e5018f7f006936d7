package io.sluice.backups;

import io.sluice.ConflictException;
import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.jobs.Job;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.NewJob;
import io.sluice.logging.EventLog;
import io.sluice.projects.Project;
import io.sluice.projects.ProjectStatus;
import io.sluice.projects.Projects;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The backups of projects: asked for, listed, given back, deleted. Each change writes its audit entry in its
 * own transaction. Who may see which project is the caller's to check.
 */
@ApplicationScoped
@Transactional
public class Backups {
    public static final String EXPORT = "export_backup";
    public static final String RESTORE = "restore_backup";

    private static final EventLog LOG = EventLog.of(Backups.class);

    /** A job that was asked for; {@code created} is false for one that was there already. */
    public record Requested(Job job, boolean created) {}

    @Inject
    BackupRepository repository;

    @Inject
    Projects projects;

    @Inject
    Jobs jobs;

    @Inject
    JobQueue queue;

    @Inject
    AuditLog audit;

    /**
     * Has a project backed up. While a backup of it is pending or running, that one is returned instead.
     *
     * @param retentionDays 1 to 365; null: as the installation says
     * @throws NotFoundException if there is no such project
     * @throws ConflictException if the project is deleted
     */
    public Requested request(String projectId, @Nullable Integer retentionDays) {
        requireLiving(projectId);
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("project_id", projectId);
        if (retentionDays != null) {
            payload.put("retention_days", retentionDays);
        }
        JobQueue.Enqueued enqueued = queue.enqueue(job(EXPORT, payload, projectId));
        if (enqueued.created()) {
            repository.insert(projectId, enqueued.id());
            audit.record(new NewAuditEntry(
                    "backup.requested",
                    "backup",
                    String.valueOf(enqueued.id()),
                    projectId,
                    null,
                    Map.of("job_id", enqueued.id())));
        }
        return new Requested(jobs.get(enqueued.id()), enqueued.created());
    }

    /** One backup. */
    @Transactional
    public Backup get(UUID id) {
        return repository.find(id).orElseThrow(() -> new NotFoundException("backup", id.toString()));
    }

    /** A project's backups, newest first. */
    @Transactional
    public Page<Backup> list(String projectId, int limit, @Nullable String cursor) {
        projects.get(projectId);
        return repository.list(projectId, limit, cursor);
    }

    /** A project's backups taken together. */
    @Transactional
    public BackupStats stats(String projectId) {
        projects.get(projectId);
        return repository.stats(projectId);
    }

    /** Notes who had an archive. */
    void downloaded(Backup backup) {
        audit.record(new NewAuditEntry(
                "backup.downloaded", "backup", backup.id().toString(), backup.projectId(), null, null));
    }

    /**
     * Has a project's data given back: its tenant schema becomes what it was when the backup was made. One at a time for
     * a project.
     *
     * @param projectId the project that receives it: the backup's own, or one whose tenant schema is empty
     * @param terms whether plan and quotas come back as well: a matter for operators
     * @throws ConflictException if the backup has no archive, the project is deleted or being restored
     */
    public Job restore(UUID id, String projectId, boolean terms) {
        Backup backup = requireArchive(id);
        requireLiving(projectId);
        Map<String, Object> payload = Map.of("backup_id", id, "project_id", projectId, "terms", terms);
        JobQueue.Enqueued enqueued = queue.enqueue(job(RESTORE, payload, projectId));
        if (!enqueued.created()) {
            throw new ConflictException("The project '" + projectId + "' is being restored by job " + enqueued.id()
                    + "; wait for its end or cancel it.");
        }
        audit.record(new NewAuditEntry(
                "backup.restore_requested",
                "backup",
                id.toString(),
                projectId,
                null,
                Map.of("job_id", enqueued.id(), "backup_of", backup.projectId(), "terms", terms)));
        return jobs.get(enqueued.id());
    }

    /**
     * Deletes a backup that is over; its row stays. The archive is not removed before {@link StoredArchives#discard}.
     *
     * @throws ConflictException if it is being made, or is gone already
     */
    public void delete(UUID id) {
        Backup backup = get(id);
        if (!repository.delete(id)) {
            throw new ConflictException("The backup " + id + " is " + backup.state()
                    + "; only one that is completed or failed can be deleted. Cancel its job to stop it.");
        }
        audit.record(new NewAuditEntry(
                "backup.deleted", "backup", id.toString(), backup.projectId(), Map.of("state", backup.state()), null));
        LOG.info("backup deleted", "backup_id", id, "project_id", backup.projectId());
    }

    /** What the store may hold of a backup. */
    List<String> objects(UUID id) {
        return repository.objects(id);
    }

    /** Nothing of this name is in the store any more. */
    void forget(String object) {
        repository.forget(object);
    }

    /** A backup whose archive can be read. */
    Backup requireArchive(UUID id) {
        Backup backup = get(id);
        if (!backup.isCompleted()) {
            throw new ConflictException("The backup " + id + " is " + backup.state() + "; it has no archive.");
        }
        return backup;
    }

    private void requireLiving(String projectId) {
        Project project = projects.get(projectId);
        if (project.status() == ProjectStatus.DELETED) {
            throw new ConflictException("The project '" + projectId + "' is deleted.");
        }
    }

    /** At most one pending or running job of the type for a project. */
    private static NewJob job(String type, Map<String, ?> payload, String projectId) {
        return NewJob.of(type, payload).withProject(projectId).withUniqueKey(type + ":" + projectId);
    }
}
