package io.sluice.jobs.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The slots of a schedule that have come since its last look.
 *
 * @param kept those that become jobs, oldest first: the ones that are on time, and the latest missed ones as far as the
 *     schedule makes up for them
 * @param givenUp how many of the others there are, counted up to a bound
 * @param first the oldest of all
 * @param last the latest of all
 * @param missed whether the oldest was missed
 */
record PassedSlots(List<Instant> kept, int givenUp, Instant first, Instant last, boolean missed) {
    /** A slot dealt with later than this was missed: the database or every node was away. */
    private static final Duration ON_TIME = Duration.ofMinutes(1);

    private static final int MOST_COUNTED = 10_000;

    /**
     * Those from {@code first}, itself a slot, until {@code now}.
     *
     * @param catchUp how many of the latest become jobs though they were missed
     */
    static PassedSlots between(Slots slots, Instant first, Instant now, int catchUp) {
        Instant last =
                slots.latestUntil(now).filter(slot -> slot.isAfter(first)).orElse(first);
        Deque<Instant> kept = new ArrayDeque<>();
        int givenUp = 0;
        for (Instant slot = last; kept.size() + givenUp < MOST_COUNTED; slot = before(slots, slot, first)) {
            if (!late(slot, now) || kept.size() < catchUp) {
                kept.addFirst(slot);
            } else {
                givenUp++;
            }
            if (!slot.isAfter(first)) {
                break;
            }
        }
        return new PassedSlots(List.copyOf(kept), givenUp, first, last, late(first, now));
    }

    private static Instant before(Slots slots, Instant slot, Instant first) {
        return slots.latestUntil(slot.minusNanos(1))
                .filter(earlier -> earlier.isAfter(first))
                .orElse(first);
    }

    private static boolean late(Instant slot, Instant now) {
        return Duration.between(slot, now).compareTo(ON_TIME) > 0;
    }
}
