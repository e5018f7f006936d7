package io.sluice.abuse;

import io.sluice.ConflictException;
import io.sluice.NotFoundException;
import io.sluice.audit.Actor;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was found, and what operators decide about it. */
@ApplicationScoped
@Transactional
public class Detections {
    /**
     * Which detections; null leaves a condition out.
     *
     * @param projectIds only these projects exist for the caller
     * @param from first instant of detection included
     * @param to first instant excluded
     */
    public record Query(
            @Nullable String projectId,
            @Nullable List<String> projectIds,
            @Nullable String rule,
            @Nullable String level,
            @Nullable String outcome,
            @Nullable Instant from,
            @Nullable Instant to) {}

    /**
     * A span of time.
     *
     * @param from null: seven days ago
     * @param to null: now
     */
    public record Span(@Nullable Instant from, @Nullable Instant to) {}

    /**
     * What one rule found in a span: in observe mode, what it would have suspended.
     *
     * @param unchangedSince when the rule got its present mode and thresholds
     * @param wouldSuspend windows that would have suspended
     * @param projectsWouldSuspend projects that would have been suspended
     * @param waiting held or to be confirmed
     * @param suspended suspensions that followed
     */
    public record Observation(
            String rule,
            String mode,
            Instant unchangedSince,
            long flagged,
            long wouldSuspend,
            long projectsWouldSuspend,
            long waiting,
            long suspended,
            long dismissed,
            @Nullable Instant lastDetectedAt) {}

    /** What this node did since it started. Reads memory only; safe from every thread. */
    public interface Totals {
        /** Detections that ran to their end. */
        long runs();

        /** Detections written, by their outcome at first. */
        Map<String, Long> detections();

        /** Decisions of {@code auto_suspend} that suspended. */
        long suspensions();
    }

    @Inject
    DetectionRepository repository;

    @Inject
    Signals signals;

    @Inject
    AuditLog audit;

    /** Lists detections, newest first. */
    public Page<Detection> list(Query query, int limit, @Nullable String cursor) {
        return repository.list(query, limit, cursor);
    }

    /** One detection; {@link NotFoundException} if there is none. */
    public Detection get(UUID id) {
        return repository.find(id).orElseThrow(() -> new NotFoundException("detection", id.toString()));
    }

    /** What each rule found: of a rule in observe mode, what it would have suspended. */
    public List<Observation> report(Span span) {
        return repository.report(span);
    }

    /**
     * An operator takes what was found for abuse: a job suspends the project if it is still active.
     *
     * @return the job's id
     * @throws ConflictException if it was decided before, is about to be acted on, or concerns no single project
     */
    public UUID confirm(UUID id, String reason) {
        Detection found = decide(id, "confirmed", reason);
        return signals.suspendConfirmed(found);
    }

    /**
     * An operator takes what was found for harmless.
     *
     * @throws ConflictException if it was decided before or is about to be acted on
     */
    public Detection dismiss(UUID id, String reason) {
        decide(id, "dismissed", reason);
        return get(id);
    }

    private Detection decide(UUID id, String outcome, String reason) {
        Detection found = get(id);
        Actor actor = Actor.current();
        String by = actor.kind().name().toLowerCase(Locale.ROOT) + ":" + actor.id();
        if (!repository.decide(id, outcome, by, reason)) {
            throw new ConflictException("Only a detection of one project that is flagged, would_suspend, held or"
                    + " needs_confirmation can be " + outcome + "; this one is " + found.outcome() + ".");
        }
        audit.record(new NewAuditEntry(
                "abuse." + outcome,
                "abuse_detection",
                id.toString(),
                found.projectId(),
                Map.of("outcome", found.outcome()),
                Map.of("outcome", outcome, "rule", found.rule(), "reason", Objects.requireNonNull(reason))));
        return found;
    }
}
