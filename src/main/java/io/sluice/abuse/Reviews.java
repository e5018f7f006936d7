package io.sluice.abuse;

import io.sluice.ConflictException;
import io.sluice.NotFoundException;
import io.sluice.audit.Actor;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.logging.EventLog;
import io.sluice.projects.Suspensions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An owner asks to look at a suspension again, whatever its cause; an operator decides. Accepting ends the suspension in
 * the same transaction. Both are audited.
 */
@ApplicationScoped
@Transactional
public class Reviews {
    private static final EventLog LOG = EventLog.of(Reviews.class);

    @Inject
    ReviewRepository repository;

    @Inject
    RuleRepository projects;

    @Inject
    Suspensions suspensions;

    @Inject
    AuditLog audit;

    /**
     * A request to look again.
     *
     * @param message what the owner says
     * @param decision {@code accepted} or {@code rejected}; null while it is open
     * @param reason why it was decided so
     */
    public record Review(
            UUID id,
            UUID suspensionId,
            String projectId,
            String message,
            String requestedBy,
            Instant requestedAt,
            @Nullable String decision,
            @Nullable String reason,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt) {}

    /**
     * Which reviews; null leaves a condition out.
     *
     * @param projectIds only these projects exist for the caller
     */
    public record Query(
            @Nullable String projectId,
            @Nullable List<String> projectIds,
            @Nullable Boolean open) {}

    /**
     * Asks for a review of the open suspension.
     *
     * @throws NotFoundException if there is no such project
     * @throws ConflictException if it is not suspended, or a review is open already
     */
    public Review request(String projectId, String message) {
        Optional<String> suspension = repository.openSuspension(projectId);
        if (suspension.isEmpty()) {
            String status = projects.status(projectId).orElseThrow(() -> new NotFoundException("project", projectId));
            throw new ConflictException(
                    "Only a suspended project has a suspension to review; '" + projectId + "' is " + status + ".");
        }
        Review review = repository
                .insert(suspension.get(), projectId, message, actor())
                .orElseThrow(() -> new ConflictException(
                        "A review of this suspension is open already; an operator decides about it."));
        audit.record(entry("suspension.review_requested", review));
        LOG.info("suspension review requested", "project_id", projectId, "review_id", review.id());
        return review;
    }

    /** Lists reviews, newest first. */
    public Page<Review> list(Query query, int limit, @Nullable String cursor) {
        return repository.list(query, limit, cursor);
    }

    /**
     * Decides.
     *
     * @param accept true: the project is active again
     * @param keepActiveUntil as {@link Suspensions#resolve} takes it; only for an acceptance
     * @throws NotFoundException if there is no such review
     * @throws ConflictException if it was decided before, or the suspension has ended in another way
     */
    public Review decide(UUID id, boolean accept, String reason, @Nullable Instant keepActiveUntil) {
        Review open = repository.find(id).orElseThrow(() -> new NotFoundException("review", id.toString()));
        if (accept) {
            String suspension = repository.openSuspension(open.projectId()).orElse("");
            if (open.decision() == null
                    && !suspension.equals(open.suspensionId().toString())) {
                throw new ConflictException("The suspension has ended already; reject the review, saying so.");
            }
        }
        Review decided = repository
                .decide(id, accept ? "accepted" : "rejected", reason, actor())
                .orElseThrow(() -> new ConflictException("The review was decided before."));
        if (accept) {
            suspensions.resolve(decided.projectId(), "Review accepted: " + reason, keepActiveUntil);
        }
        audit.record(entry("suspension.review_" + decided.decision(), decided));
        LOG.info(
                "suspension review decided",
                "project_id",
                decided.projectId(),
                "review_id",
                id,
                "decision",
                decided.decision());
        return decided;
    }

    private static NewAuditEntry entry(String action, Review review) {
        return new NewAuditEntry(
                action,
                "suspension",
                review.suspensionId().toString(),
                review.projectId(),
                null,
                Map.of(
                        "review_id",
                        review.id(),
                        "reason",
                        review.reason() == null ? review.message() : review.reason()));
    }

    private static String actor() {
        Actor actor = Actor.current();
        return actor.kind().name().toLowerCase(Locale.ROOT) + ":" + actor.id();
    }
}
