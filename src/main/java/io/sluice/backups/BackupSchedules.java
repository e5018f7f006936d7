package io.sluice.backups;

import io.sluice.ConflictException;
import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.projects.ProjectStatus;
import io.sluice.projects.Projects;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which projects are backed up by themselves, and how often. */
@ApplicationScoped
@Transactional
public class BackupSchedules {
    @Inject
    BackupScheduleRepository repository;

    @Inject
    Projects projects;

    @Inject
    AuditLog audit;

    /**
     * The project's schedule.
     *
     * @throws NotFoundException if there is no such project, or it has none
     */
    @Transactional
    public BackupSchedule get(String projectId) {
        projects.get(projectId);
        return repository
                .find(projectId)
                .orElseThrow(() -> new NotFoundException("backup schedule of project", projectId));
    }

    /**
     * Has the project backed up by itself, for the first time one interval from now.
     *
     * @param intervalHours 1 to 720
     * @param retentionDays 1 to 365; null: as the installation says
     * @throws ConflictException if the project is deleted
     */
    public BackupSchedule put(String projectId, int intervalHours, @Nullable Integer retentionDays) {
        if (projects.get(projectId).status() == ProjectStatus.DELETED) {
            throw new ConflictException("The project '" + projectId + "' is deleted.");
        }
        Map<String, @Nullable Object> before =
                repository.find(projectId).map(BackupSchedules::described).orElse(null);
        repository.put(projectId, intervalHours, retentionDays);
        BackupSchedule now = get(projectId);
        audit.record(
                new NewAuditEntry("backup_schedule.updated", "project", projectId, projectId, before, described(now)));
        return now;
    }

    /**
     * Leaves the project's backups to people again.
     *
     * @throws NotFoundException if there is no such project, or it has no schedule
     */
    public void remove(String projectId) {
        BackupSchedule before = get(projectId);
        repository.delete(projectId);
        audit.record(
                new NewAuditEntry("backup_schedule.removed", "project", projectId, projectId, described(before), null));
    }

    private static Map<String, @Nullable Object> described(BackupSchedule schedule) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("interval_hours", schedule.intervalHours());
        members.put("retention_days", schedule.retentionDays());
        return members;
    }
}
