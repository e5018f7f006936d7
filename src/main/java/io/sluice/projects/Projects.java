package io.sluice.projects;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.StaleVersionException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.events.Events;
import io.sluice.events.NewEvent;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's life. Every change writes its audit entry in the same transaction; what is written never holds an owner's
 * address. Suspending and resolving are not here: see the suspensions of a project.
 */
@ApplicationScoped
public class Projects {
    private static final EventLog LOG = EventLog.of(Projects.class);

    /**
     * Which projects to list; null leaves a condition out.
     *
     * @param text part of the id or the name, in any case
     * @param ids only these projects exist for the caller
     */
    public record Query(
            @Nullable ProjectStatus status,
            @Nullable String text,
            @Nullable List<String> ids) {}

    @Inject
    ProjectRepository projects;

    @Inject
    AuditLog audit;

    @Inject
    Events events;

    @Inject
    Event<ProjectStatusChanged> statusChanges;

    @Inject
    Event<ProjectCalendarChanged> calendarChanges;

    @Inject
    Event<ProjectTermsChanged> termsChanges;

    /**
     * Makes an active project.
     *
     * @throws InvalidInputException naming every member that breaks a rule
     * @throws ConflictException if the id is taken, be it by a deleted project
     */
    @Transactional
    public Project create(NewProject project) {
        new ProjectRules()
                .id(project.id())
                .name(project.name())
                .ownerEmail(project.ownerEmail())
                .plan(project.plan())
                .environment(project.environment())
                .timeZone(project.timeZone())
                .anchorDay(project.anchorDay())
                .check();
        requireZoneOfDatabase(project.timeZone());
        String id = projects.insert(project)
                .orElseThrow(() -> new ConflictException(
                        "The id '" + project.id() + "' is taken; ids of deleted projects are not given out again."));
        Project created = get(id);
        audit.record(new NewAuditEntry("project.created", "project", id, id, null, state(created)));
        events.publish(ProjectEvents.CREATED.of(
                id, new ProjectEvents.Created(id, created.status().word(), created.environment(), created.plan())));
        LOG.info("project created", "project_id", id);
        return created;
    }

    /** One project. */
    @Transactional
    public Project get(String id) {
        return find(id).orElseThrow(() -> new NotFoundException("project", id));
    }

    /** One project, if it exists. */
    @Transactional
    public Optional<Project> find(String id) {
        return projects.find(id);
    }

    /** Those of the projects that exist, deleted ones included. */
    @Transactional
    public Map<String, Project> named(Collection<String> ids) {
        return projects.named(ids);
    }

    /** Lists projects, newest first. */
    @Transactional
    public Page<Project> list(Query query, int limit, @Nullable String cursor) {
        return projects.list(query, limit, cursor);
    }

    /**
     * Changes some members. Another time zone or anchor day takes effect on the current periods at once: what was used
     * is counted anew in the same transaction.
     *
     * @param expectedVersion the version that the caller decided on; empty: whichever is current
     * @throws StaleVersionException if another version is current
     * @throws ConflictException if the project is deleted
     */
    @Transactional
    public Project change(String id, ProjectChange change, OptionalLong expectedVersion) {
        new ProjectRules()
                .name(change.name())
                .ownerEmail(change.ownerEmail())
                .plan(change.plan())
                .environment(change.environment())
                .timeZone(change.timeZone())
                .anchorDay(change.anchorDay())
                .check();
        requireZoneOfDatabase(change.timeZone());
        Project before = lock(id, expectedVersion);
        if (before.status() == ProjectStatus.DELETED) {
            throw new ConflictException("The project '" + id + "' is deleted; nothing of it can be changed.");
        }
        Project after = projects.update(before, change);
        Map<String, Object> changed = state(after);
        if (!Objects.equals(before.ownerEmail(), after.ownerEmail())) {
            changed.put("owner_email", "changed");
        }
        audit.record(new NewAuditEntry("project.updated", "project", id, id, state(before), changed));
        LOG.info("project updated", "project_id", id);
        if (!before.timeZone().equals(after.timeZone()) || before.anchorDay() != after.anchorDay()) {
            calendarChanges.fire(new ProjectCalendarChanged(id));
        }
        if (!Objects.equals(before.plan(), after.plan())
                || !before.environment().equals(after.environment())) {
            termsChanges.fire(new ProjectTermsChanged(id));
        }
        return after;
    }

    /**
     * Gives a project another status. A suspension is neither begun nor ended this way.
     *
     * @param reason why, for the audit log
     * @throws ConflictException if {@link ProjectStatus#next} does not allow it
     */
    @Transactional
    public Project changeStatus(String id, ProjectStatus status, String reason, OptionalLong expectedVersion) {
        Project before = lock(id, expectedVersion);
        requireTransition(before, status);
        Project after = projects.setStatus(before, status);
        Map<String, Object> described = state(after);
        described.put("reason", reason);
        String action = status == ProjectStatus.DELETED ? "project.deleted" : "project.status_changed";
        audit.record(new NewAuditEntry(action, "project", id, id, state(before), described));
        LOG.info(
                "project status changed",
                "project_id",
                id,
                "from",
                before.status().word(),
                "to",
                status.word());
        told(id, before.status(), status).ifPresent(events::publish);
        statusChanges.fire(new ProjectStatusChanged(id, before.status(), status));
        return after;
    }

    /** What others hear of a change of status; nothing of a project that becomes active for the first time. */
    private static Optional<NewEvent> told(String id, ProjectStatus from, ProjectStatus to) {
        return switch (to) {
            case ARCHIVED -> Optional.of(ProjectEvents.ARCHIVED.of(id, new ProjectEvents.Archived(id, from.word())));
            case DELETED -> Optional.of(ProjectEvents.DELETED.of(id, new ProjectEvents.Deleted(id, from.word())));
            case ACTIVE ->
                from == ProjectStatus.ARCHIVED
                        ? Optional.of(
                                ProjectEvents.RESUMED.of(id, new ProjectEvents.Resumed(id, from.word(), null, null)))
                        : Optional.empty();
            case CREATED, SUSPENDED -> Optional.empty();
        };
    }

    private Project lock(String id, OptionalLong expectedVersion) {
        Project current = projects.lock(id).orElseThrow(() -> new NotFoundException("project", id));
        if (expectedVersion.isPresent() && expectedVersion.getAsLong() != current.version()) {
            throw new StaleVersionException("project", id);
        }
        return current;
    }

    private static void requireTransition(Project project, ProjectStatus to) {
        ProjectStatus from = project.status();
        if (from.next().contains(to)) {
            return;
        }
        if (to == ProjectStatus.SUSPENDED || from == ProjectStatus.SUSPENDED) {
            throw new ConflictException("The status never enters or leaves suspended: use POST /v1/projects/"
                    + project.id() + "/suspensions, and /suspensions/resolve.");
        }
        throw new ConflictException("The project '" + project.id() + "' is " + from.word() + " and cannot become "
                + to.word() + "; possible is: "
                + String.join(
                        ", ",
                        from.next().stream().map(ProjectStatus::word).sorted().toList()) + ".");
    }

    private void requireZoneOfDatabase(@Nullable String zone) {
        if (zone != null && !zone.equals("UTC") && !projects.databaseKnowsZone(zone)) {
            throw new InvalidInputException("time_zone", "is not known to this PostgreSQL; use another zone.");
        }
    }

    /** What the audit log may hold of a project. */
    private static Map<String, Object> state(Project project) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("name", project.name());
        state.put("plan", project.plan());
        state.put("environment", project.environment());
        state.put("time_zone", project.timeZone().getId());
        state.put("anchor_day", project.anchorDay());
        state.put("status", project.status().word());
        state.put("version", project.version());
        return state;
    }
}
