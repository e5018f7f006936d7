package io.sluice.abuse;

import io.sluice.events.EventSource;
import io.sluice.events.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The event of this feature. That a project was suspended is told by the suspension itself. */
@ApplicationScoped
public class AbuseEvents implements EventSource {
    /** A rule found something, or monitoring reported a pattern that an operator has to look at. */
    public static final EventType<Suspected> SUSPECTED = new EventType<>(
            "abuse.suspected",
            "A rule found abuse at its critical level or above, or monitoring reported a pattern to be confirmed.",
            Suspected.class,
            new Suspected(
                    UUID.fromString("01a20a2a-230f-7e9c-a1b0-fcdbaaeabd19"),
                    "usage_spike",
                    "requests",
                    "severe",
                    new BigDecimal("24.5"),
                    122_500,
                    5_000L,
                    Instant.parse("2026-01-31T11:00:00Z"),
                    Instant.parse("2026-01-31T12:00:00Z"),
                    "would_suspend"));

    /**
     * What was found.
     *
     * @param value in the unit of the rule
     * @param observed what was counted in the window
     * @param baseline the usual busiest hour; null where there is none
     * @param outcome what follows from it
     */
    public record Suspected(
            UUID detectionId,
            String rule,
            @Nullable String metric,
            String level,
            BigDecimal value,
            long observed,
            @Nullable Long baseline,
            Instant windowStart,
            Instant windowEnd,
            String outcome) {}

    @Override
    public List<EventType<?>> types() {
        return List.of(SUSPECTED);
    }
}
