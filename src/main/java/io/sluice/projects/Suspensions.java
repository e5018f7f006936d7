package io.sluice.projects;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.events.Events;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The only way into and out of the status {@code suspended}. The status, the suspension, the project's version and the
 * audit entry change in one transaction.
 */
@ApplicationScoped
@Transactional
public class Suspensions {
    private static final Duration LONGEST_PROTECTION = Duration.ofDays(366);

    @Inject
    SuspensionRepository repository;

    @Inject
    AuditLog audit;

    @Inject
    Events events;

    @Inject
    Event<Resolved> resolutions;

    /** A suspension was ended: its project is active again. Fired in the transaction that does it, before its end. */
    public record Resolved(Suspension suspension) {}

    /**
     * A project that is to be suspended for the caps it has reached.
     *
     * @param reason one sentence for people
     * @param exceeded every reached cap; never empty
     */
    public record OverCap(String projectId, String reason, List<ExceededCap> exceeded) {
        public OverCap {
            exceeded = List.copyOf(exceeded);
        }
    }

    /**
     * Suspends a project by a person's decision.
     *
     * @throws NotFoundException if there is no such project
     * @throws ConflictException if it is not active
     */
    public Suspension suspend(String projectId, String reason) {
        List<Suspension> done =
                repository.suspend("operator", List.of(new OverCap(projectId, reason, List.of())), null);
        if (done.isEmpty()) {
            throw refused(projectId, "Only an active project can be suspended");
        }
        record("project.suspended", done);
        return done.get(0);
    }

    /**
     * Locks those of the projects that are active, until the caller's transaction ends: what is read of them afterwards
     * still holds when they are suspended in it.
     *
     * @return the active ones, in the order of their ids
     */
    @Transactional(TxType.MANDATORY)
    public List<String> lockActive(Collection<String> projectIds) {
        return repository.lockActive(projectIds);
    }

    /**
     * Suspends those of the projects that are still active for the caps they have reached, in the caller's transaction.
     *
     * @param jobId the job that found it out
     * @return one suspension for each project that was suspended now
     */
    @Transactional(TxType.MANDATORY)
    public List<Suspension> suspendOverCap(List<OverCap> overCap, UUID jobId) {
        if (overCap.isEmpty()) {
            return List.of();
        }
        List<Suspension> done = repository.suspend("hard_cap", overCap, jobId);
        record("project.auto_suspended", done);
        return done;
    }

    /**
     * Suspends an active project for abuse, in the caller's transaction, which has locked it.
     *
     * @param reason what was found and how to resolve it, for its owner
     * @param jobId the job that found it out
     * @throws ConflictException if it is not active
     */
    @Transactional(TxType.MANDATORY)
    public Suspension suspendForAbuse(String projectId, String reason, UUID jobId) {
        List<Suspension> done = repository.suspend("abuse", List.of(new OverCap(projectId, reason, List.of())), jobId);
        if (done.isEmpty()) {
            throw refused(projectId, "Only an active project can be suspended");
        }
        record("project.auto_suspended", done);
        return done.get(0);
    }

    /**
     * Ends the open suspension: the project is active again.
     *
     * @param keepActiveUntil until then no hard cap suspends the project, in the future and at most 366 days ahead; null:
     *     the next check may suspend it again
     * @throws NotFoundException if there is no such project
     * @throws ConflictException if it is not suspended
     */
    public Suspension resolve(String projectId, String reason, @Nullable Instant keepActiveUntil) {
        if (keepActiveUntil != null) {
            Instant now = repository.now();
            if (!keepActiveUntil.isAfter(now) || keepActiveUntil.isAfter(now.plus(LONGEST_PROTECTION))) {
                throw new InvalidInputException(
                        "keep_active_until",
                        "must lie in the future, at most " + LONGEST_PROTECTION.toDays() + " days ahead.");
            }
        }
        Suspension resolved = repository
                .resolve(projectId, reason, keepActiveUntil)
                .orElseThrow(() -> refused(projectId, "Only a suspended project has a suspension to resolve"));
        Map<String, Object> after = new LinkedHashMap<>();
        after.put("status", "active");
        after.put("suspension_id", resolved.id());
        after.put("keep_active_until", keepActiveUntil);
        audit.record(new NewAuditEntry(
                "project.activated", "project", projectId, projectId, Map.of("status", "suspended"), after));
        events.publish(ProjectEvents.RESUMED.of(
                projectId, new ProjectEvents.Resumed(projectId, "suspended", resolved.id(), keepActiveUntil)));
        resolutions.fire(new Resolved(resolved));
        return resolved;
    }

    /**
     * Lists the suspensions of a project, newest first.
     *
     * @throws NotFoundException if there is no such project
     */
    public Page<Suspension> list(String projectId, int limit, @Nullable String cursor) {
        if (repository.status(projectId).isEmpty()) {
            throw new NotFoundException("project", projectId);
        }
        return repository.list(projectId, limit, cursor);
    }

    private RuntimeException refused(String projectId, String rule) {
        return repository
                .status(projectId)
                .<RuntimeException>map(
                        status -> new ConflictException(rule + "; '" + projectId + "' is " + status + "."))
                .orElseGet(() -> new NotFoundException("project", projectId));
    }

    private void record(String action, List<Suspension> done) {
        audit.record(done.stream()
                .map(suspension -> new NewAuditEntry(
                        action,
                        "project",
                        suspension.projectId(),
                        suspension.projectId(),
                        Map.of("status", "active"),
                        Map.of(
                                "status", "suspended",
                                "suspension_id", suspension.id(),
                                "cause", suspension.cause(),
                                "exceeded", suspension.exceeded())))
                .toList());
        events.publish(done.stream()
                .map(suspension -> ProjectEvents.SUSPENDED.of(
                        suspension.projectId(),
                        new ProjectEvents.Suspended(
                                suspension.projectId(),
                                suspension.id(),
                                suspension.cause(),
                                suspension.exceeded(),
                                suspension.suspendedAt(),
                                suspension.jobId())))
                .toList());
    }
}
