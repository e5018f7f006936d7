package io.sluice.jobs.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.sluice.InvalidInputException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Five cron fields on the wall clock of one zone. Immutable. */
final class CronExpression {
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

    private final ExecutionTime times;
    private final ZoneId zone;

    private CronExpression(ExecutionTime times, ZoneId zone) {
        this.times = times;
        this.zone = zone;
    }

    /**
     * Reads both texts.
     *
     * @throws InvalidInputException naming {@code cron} or {@code time_zone}
     */
    static CronExpression parse(String cron, String timeZone) {
        ZoneId zone;
        try {
            zone = ZoneId.of(timeZone);
        } catch (DateTimeException unknown) {
            throw new InvalidInputException("time_zone", "must be UTC or the name of a zone, such as Europe/Berlin.");
        }
        try {
            Cron parsed = PARSER.parse(cron).validate();
            return new CronExpression(ExecutionTime.forCron(parsed), zone);
        } catch (IllegalArgumentException wrong) {
            throw new InvalidInputException(
                    "cron", "must be five cron fields: minute, hour, day of month, month, day of week.");
        }
    }

    /** The first slot after {@code instant}; far in the future if there is none, as for the 30th of February. */
    Instant after(Instant instant) {
        return times.nextExecution(ZonedDateTime.ofInstant(instant, zone))
                .map(ZonedDateTime::toInstant)
                .orElse(NEVER);
    }

    /** The latest slot that is not after {@code instant}. */
    Optional<Instant> latestUntil(Instant instant) {
        // Slots are whole minutes, and the library looks strictly before the time that it is given.
        ZonedDateTime nextMinute = ZonedDateTime.ofInstant(instant, zone)
                .truncatedTo(ChronoUnit.MINUTES)
                .plusMinutes(1);
        return times.lastExecution(nextMinute).map(ZonedDateTime::toInstant).filter(slot -> !slot.isAfter(instant));
    }
}
