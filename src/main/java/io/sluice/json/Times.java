package io.sluice.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Reads times as others write them. */
public final class Times {
    /** What is valid, in one sentence for people. */
    public static final String RULE = "must be a time such as 2026-01-31T12:00:00Z.";

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

    private Times() {}

    /**
     * Reads an RFC 3339 time with its offset; what lies below a microsecond is cut off, as the database keeps no more.
     *
     * @throws DateTimeException if it is none, or lies outside the years 1 to 9999
     */
    public static Instant parse(String text) {
        Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
        if (time.isBefore(FIRST) || !time.isBefore(END)) {
            throw new DateTimeException("out of range");
        }
        return time;
    }
}
