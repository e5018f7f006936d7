package io.sluice.quotas.check;

import io.sluice.events.EventSource;
import io.sluice.events.EventType;
import io.sluice.events.NewEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The events that a check publishes in the transaction that decides. */
@ApplicationScoped
public class QuotaEvents implements EventSource {
    private static final UUID WARNING = UUID.fromString("01a20a2a-1fff-7557-92a1-6c334faef9ce");
    private static final UUID JOB = UUID.fromString("01a20a2a-1fb6-7386-ac19-207b8e8b41d0");
    private static final Instant MONTH = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant NEXT_MONTH = Instant.parse("2026-12-01T00:00:00Z");

    static final EventType<ThresholdReached> THRESHOLD_REACHED = new EventType<>(
            "quota.threshold.reached",
            "Usage came near a limit or reached it; once per threshold and period.",
            ThresholdReached.class,
            new ThresholdReached("acme", WARNING, "requests", "month", 80, 800, 1000L, 1200L, MONTH, NEXT_MONTH, JOB));

    static final EventType<Exceeded> EXCEEDED = new EventType<>(
            "quota.exceeded",
            "Usage reached a hard cap, and the project was suspended for it; one for each cap that was reached.",
            Exceeded.class,
            new Exceeded("acme", "requests", "month", 1200, 1000L, 1200L, MONTH, NEXT_MONTH, JOB));

    @Override
    public List<EventType<?>> types() {
        return List.of(THRESHOLD_REACHED, EXCEEDED);
    }

    /** Only for a verdict with a new band. */
    static NewEvent reached(Verdict verdict, UUID warningId, UUID jobId) {
        return THRESHOLD_REACHED.of(
                verdict.projectId(),
                new ThresholdReached(
                        verdict.projectId(),
                        warningId,
                        verdict.metric(),
                        verdict.period(),
                        Objects.requireNonNull(verdict.newBand()),
                        verdict.used(),
                        Objects.requireNonNull(verdict.limit()),
                        verdict.hardCap(),
                        verdict.periodStart(),
                        verdict.periodEnd(),
                        jobId));
    }

    /** Only for a verdict that suspends. */
    static NewEvent exceeded(Verdict verdict, UUID jobId) {
        return EXCEEDED.of(
                verdict.projectId(),
                new Exceeded(
                        verdict.projectId(),
                        verdict.metric(),
                        verdict.period(),
                        verdict.used(),
                        verdict.limit(),
                        Objects.requireNonNull(verdict.hardCap()),
                        verdict.periodStart(),
                        verdict.periodEnd(),
                        jobId));
    }

    /**
     * @param period {@code day} or {@code month}
     * @param threshold the percent of the limit that was reached
     * @param hardCap null: none
     * @param resetsAt when the usage begins anew
     * @param jobId the check that found it out
     */
    record ThresholdReached(
            String projectId,
            UUID warningId,
            String metric,
            String period,
            int threshold,
            long usage,
            long limit,
            @Nullable Long hardCap,
            Instant periodStart,
            Instant resetsAt,
            UUID jobId) {}

    /**
     * @param period {@code day} or {@code month}
     * @param limit null: none
     * @param resetsAt when the usage begins anew
     * @param jobId the check that found it out
     */
    record Exceeded(
            String projectId,
            String metric,
            String period,
            long usage,
            @Nullable Long limit,
            long hardCap,
            Instant periodStart,
            Instant resetsAt,
            UUID jobId) {}
}
