package io.sluice.jobs.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.sluice.InvalidInputException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Five cron fields on the wall clock of one zone. Immutable.
 *
 * <p>Every time on the wall clock that the fields name has its slot, also where the clock is put forward or back. What the
 * clock jumps over comes at the moment of the jump; several such times are one slot, as they are one moment. What the
 * clock shows twice counts the first time; only where the fields name every hour does it count both times, because such a
 * schedule is about intervals, and would pause for an hour.
 */
final class CronExpression implements Slots {
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

    private final ExecutionTime times;
    private final ZoneRules zone;
    private final boolean everyHour;

    private CronExpression(ExecutionTime times, ZoneRules zone, boolean everyHour) {
        this.times = times;
        this.zone = zone;
        this.everyHour = everyHour;
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
            Cron parsed = PARSER.parse(single(cron)).validate();
            return new CronExpression(ExecutionTime.forCron(parsed), zone.getRules(), namesEveryHour(parsed));
        } catch (IllegalArgumentException wrong) {
            throw new InvalidInputException(
                    "cron", "must be five cron fields: minute, hour, day of month, month, day of week.");
        }
    }

    /** The library also reads several schedules in one text, parted by bars. */
    private static String single(String cron) {
        if (cron.contains("|")) {
            throw new IllegalArgumentException(cron);
        }
        return cron;
    }

    @Override
    public Instant after(Instant instant) {
        LocalDateTime shown = shownAt(instant);
        ZoneOffsetTransition turn = zone.previousTransition(instant.plusNanos(1));
        boolean again = turn != null && turn.isOverlap() && shown.isBefore(turn.getDateTimeBefore());
        Instant first = next(again ? turn.getDateTimeBefore().minusNanos(1) : shown)
                .map(this::firstInstant)
                .orElse(NEVER);
        if (!everyHour) {
            return first;
        }
        return Stream.of(turn, zone.nextTransition(instant))
                .flatMap(each -> secondAfter(each, instant).stream())
                .filter(second -> second.isBefore(first))
                .min(Instant::compareTo)
                .orElse(first);
    }

    @Override
    public Optional<Instant> latestUntil(Instant instant) {
        LocalDateTime shown = shownAt(instant);
        ZoneOffsetTransition turn = zone.previousTransition(instant.plusNanos(1));
        boolean again = turn != null && turn.isOverlap() && shown.isBefore(turn.getDateTimeBefore());
        Optional<LocalDateTime> latest =
                previous(again ? turn.getDateTimeBefore().minusNanos(1) : shown);
        Optional<Instant> second = Optional.empty();
        if (everyHour && turn != null && turn.isOverlap()) {
            LocalDateTime end = again ? shown : turn.getDateTimeBefore().minusNanos(1);
            second = previous(end)
                    .filter(local -> !local.isBefore(turn.getDateTimeAfter()))
                    .map(local -> local.toInstant(turn.getOffsetAfter()));
        }
        return Stream.concat(latest.map(this::firstInstant).stream(), second.stream())
                .max(Instant::compareTo);
    }

    /** The first slot of the second showing at a turn, if there is one after {@code instant}. */
    private Optional<Instant> secondAfter(@Nullable ZoneOffsetTransition turn, Instant instant) {
        if (turn == null || !turn.isOverlap()) {
            return Optional.empty();
        }
        LocalDateTime from = LocalDateTime.ofEpochSecond(
                Math.max(instant.getEpochSecond(), turn.getInstant().getEpochSecond() - 1),
                999_999_999,
                turn.getOffsetAfter());
        return next(from)
                .filter(local -> local.isBefore(turn.getDateTimeBefore()))
                .map(local -> local.toInstant(turn.getOffsetAfter()));
    }

    /** When the wall clock shows this time first, or jumps over it. */
    private Instant firstInstant(LocalDateTime local) {
        ZoneOffsetTransition turn = zone.getTransition(local);
        if (turn == null) {
            return local.toInstant(zone.getOffset(local));
        }
        return turn.isGap() ? turn.getInstant() : local.toInstant(turn.getOffsetBefore());
    }

    private LocalDateTime shownAt(Instant instant) {
        return LocalDateTime.ofInstant(instant, zone.getOffset(instant));
    }

    // The library reads a calendar without turns, UTC: what a turn means is decided above.

    private Optional<LocalDateTime> next(LocalDateTime after) {
        return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }

    private Optional<LocalDateTime> previous(LocalDateTime notAfter) {
        // Times are whole minutes, and the library looks strictly before the one that it is given.
        LocalDateTime nextMinute = notAfter.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        return times.lastExecution(nextMinute.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }

    private static boolean namesEveryHour(Cron cron) {
        // Of a day that the other fields name, or of every day: the hours do not depend on them.
        String[] fields = cron.asString().split(" ", -1);
        Cron hours = PARSER.parse("0 " + fields[1] + " * * *");
        ZonedDateTime day = ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
        ExecutionTime times = ExecutionTime.forCron(hours);
        return Stream.iterate(day, each -> each.plusHours(1))
                .limit(Duration.ofDays(1).toHours())
                .allMatch(times::isMatch);
    }
}
