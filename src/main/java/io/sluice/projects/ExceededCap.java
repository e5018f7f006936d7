package io.sluice.projects;

import java.time.Instant;

/**
 * One hard cap that had been reached when a project was suspended.
 *
 * @param period {@code day} or {@code month}
 * @param source where the cap came from: {@code project}, {@code plan} or {@code default}
 * @param periodStart first instant of the period that the usage fell into
 * @param periodEnd first instant after it, when the usage begins anew
 */
public record ExceededCap(
        String metric,
        String period,
        long usage,
        long hardCap,
        String source,
        Instant periodStart,
        Instant periodEnd) {}
