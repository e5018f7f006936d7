package io.sluice.quotas.check;

import io.sluice.projects.ExceededCap;
import io.sluice.quotas.CheckAction;
import io.sluice.quotas.Warnings;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What follows from one limit of one project.
 *
 * @param suspends whether the cap is reached and nothing protects the project
 * @param newBand the band to warn about; null when none is newly reached
 */
record Verdict(
        String projectId,
        String metric,
        String period,
        @Nullable Long limit,
        @Nullable Long hardCap,
        String source,
        Instant periodStart,
        Instant periodEnd,
        long used,
        boolean suspends,
        @Nullable Integer newBand) {

    CheckAction action(String word) {
        return new CheckAction(projectId, metric, period, used, limit, hardCap, source, word);
    }

    /** Only for a verdict that suspends. */
    ExceededCap exceededCap() {
        return new ExceededCap(metric, period, used, Objects.requireNonNull(hardCap), source, periodStart, periodEnd);
    }

    /** Only for a verdict with a new band. */
    Warnings.New warning() {
        return new Warnings.New(
                projectId,
                metric,
                period,
                periodStart,
                Objects.requireNonNull(newBand),
                Objects.requireNonNull(limit),
                used);
    }

    /** What was decided about; a check decides about it once. */
    Subject subject() {
        return new Subject(projectId, metric, period);
    }

    /** One limit of one project. */
    record Subject(String projectId, String metric, String period) {
        static Subject of(Warnings.Given given) {
            return new Subject(given.projectId(), given.metric(), given.period());
        }
    }
}
