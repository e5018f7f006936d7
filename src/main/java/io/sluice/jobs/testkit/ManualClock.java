package io.sluice.jobs.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is moved. For one thread. */
public final class ManualClock extends Clock {
    private final ZoneId zone;
    private Instant now;

    /** Shows this moment, in UTC. */
    public ManualClock(Instant now) {
        this(now, ZoneOffset.UTC);
    }

    private ManualClock(Instant now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /**
     * Moves it on.
     *
     * @throws IllegalArgumentException if {@code by} is negative: jobs never see time go back
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("A clock is moved forward, not by " + by + ".");
        }
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** A clock of its own from this moment on. */
    @Override
    public ManualClock withZone(ZoneId other) {
        return new ManualClock(now, other);
    }
}
