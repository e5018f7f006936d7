package io.sluice.jobs.schedule;

import io.sluice.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A slot every so many milliseconds, counted from 1970 on: the same on all nodes and after each restart. Immutable. */
final class FixedRate implements Slots {
    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofDays(366);

    private final long millis;

    private FixedRate(long millis) {
        this.millis = millis;
    }

    static FixedRate of(@Nullable Duration every, String timeZone) {
        if (every == null || every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
            throw new InvalidInputException("every", "must be from PT10S to P366D, such as PT15M.");
        }
        if (!timeZone.equals("UTC")) {
            throw new InvalidInputException("time_zone", "must be UTC beside every, which no wall clock moves.");
        }
        return new FixedRate(every.toMillis());
    }

    @Override
    public Instant after(Instant instant) {
        return Instant.ofEpochMilli((Math.floorDiv(instant.toEpochMilli(), millis) + 1) * millis);
    }

    @Override
    public Optional<Instant> latestUntil(Instant instant) {
        return Optional.of(Instant.ofEpochMilli(Math.floorDiv(instant.toEpochMilli(), millis) * millis));
    }
}
