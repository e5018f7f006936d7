package io.sluice.webhooks.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When a delivery is tried again, and when a disabled webhook is looked at. */
final class Schedule {
    /** Most tries of one round. */
    static final int TRIES = 5;

    /** Deliveries in a row that are given up before their webhook is disabled. */
    static final int EXHAUSTED = 5;

    private static final int PROBES = 10;
    private static final List<Duration> WAITS =
            List.of(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofMinutes(30), Duration.ofHours(2));
    private static final Duration FIRST_PROBE = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofHours(24);

    private Schedule() {}

    /**
     * How long to wait after a try that may be repeated: 5 s, 5 min, 30 min, 2 h, each up to a tenth more or less, or as
     * long as the receiver asked for, at most a day.
     *
     * @param tries how many were made, from 1
     * @param chance from 0 to 1
     * @param now the time by which the receiver's dates are read
     */
    static Duration wait(int tries, double chance, @Nullable String retryAfter, Instant now) {
        Duration usual = WAITS.get(Math.min(tries, WAITS.size()) - 1);
        Duration spread = Duration.ofMillis(Math.round(usual.toMillis() * (0.9 + 0.2 * chance)));
        Duration asked = retryAfter == null ? Duration.ZERO : asked(retryAfter, now);
        Duration bounded = asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
        return bounded.compareTo(spread) > 0 ? bounded : spread;
    }

    /** How long until the next look at a disabled webhook: 1 h, doubling up to a day; null after ten. */
    static @Nullable Duration probe(int probes) {
        if (probes >= PROBES) {
            return null;
        }
        Duration doubled = FIRST_PROBE.multipliedBy(1L << Math.min(probes, 10));
        return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    }

    /** Seconds or an HTTP date; nothing for what is neither. */
    private static Duration asked(String retryAfter, Instant now) {
        if (retryAfter.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(retryAfter));
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Duration.between(now, date.toInstant());
        } catch (DateTimeParseException neither) {
            return Duration.ZERO;
        }
    }
}
