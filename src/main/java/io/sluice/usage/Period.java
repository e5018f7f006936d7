package io.sluice.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;

/**
 * How time is cut into days or months for a project: half-open intervals that follow each other without a gap. Gives the
 * same instants as the SQL functions {@code sluice_period_start} and {@code sluice_period_end}. Immutable.
 *
 * @param anchorDay the day of the month on which months begin, 1 to 31; the last day where a month is shorter. Days do
 *     not heed it
 */
public record Period(Unit unit, int anchorDay, ZoneId zone) {
    /** The lengths of a period. */
    public enum Unit {
        DAY,
        MONTH;

        /** The unit as the database and the API write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Period {
        if (anchorDay < 1 || anchorDay > 31) {
            throw new IllegalArgumentException("The anchor day is a day of the month: " + anchorDay);
        }
    }

    /** The first instant of the period that holds {@code at}. */
    public Instant start(Instant at) {
        LocalDate today = LocalDate.ofInstant(at, zone);
        Instant start = boundary(today, 0);
        if (at.isBefore(start)) {
            return boundary(today, -1);
        }
        Instant following = boundary(today, 1);
        return at.isBefore(following) ? start : following;
    }

    /** The first instant after the period that holds {@code at}. */
    public Instant end(Instant at) {
        LocalDate today = LocalDate.ofInstant(at, zone);
        Instant end = boundary(today, 1);
        if (!at.isBefore(end)) {
            return boundary(today, 2);
        }
        Instant start = boundary(today, 0);
        return at.isBefore(start) ? start : end;
    }

    /** Where the period begins that lies {@code shift} periods after the one of the day. */
    private Instant boundary(LocalDate day, int shift) {
        return midnight(unit == Unit.DAY ? day.plusDays(shift) : anchor(day, shift), zone);
    }

    private LocalDate anchor(LocalDate day, int shift) {
        YearMonth month = YearMonth.from(day);
        YearMonth started = day.isBefore(clamped(month)) ? month.minusMonths(1) : month;
        return clamped(started.plusMonths(shift));
    }

    private LocalDate clamped(YearMonth month) {
        return month.atDay(Math.min(anchorDay, month.lengthOfMonth()));
    }

    /** Of a midnight that occurs twice the earlier one; one that is skipped counts with the offset before the change. */
    public static Instant midnight(LocalDate day, ZoneId zone) {
        return ZonedDateTime.of(day, LocalTime.MIDNIGHT, zone).toInstant();
    }
}
