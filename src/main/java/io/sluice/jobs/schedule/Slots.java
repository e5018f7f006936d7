package io.sluice.jobs.schedule;

import io.sluice.InvalidInputException;
import io.sluice.jobs.Schedules.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The moments at which a schedule wants a job. They depend on nothing that happened before. */
interface Slots {
    /** The first slot after {@code instant}; far in the future if there is none, as for the 30th of February. */
    Instant after(Instant instant);

    /** The latest slot that is not after {@code instant}. */
    Optional<Instant> latestUntil(Instant instant);

    /**
     * The slots of a schedule.
     *
     * @throws InvalidInputException naming {@code cron}, {@code every} or {@code time_zone}
     */
    static Slots of(Terms terms) {
        String cron = terms.cron();
        Duration every = terms.every();
        if (cron == null && every == null) {
            throw new InvalidInputException("cron", "or every is required.");
        }
        if (cron != null && every != null) {
            throw new InvalidInputException("every", "cannot stand beside cron.");
        }
        return cron == null ? FixedRate.of(every, terms.timeZone()) : CronExpression.parse(cron, terms.timeZone());
    }
}
