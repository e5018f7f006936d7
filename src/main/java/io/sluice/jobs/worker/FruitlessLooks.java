package io.sluice.jobs.worker;

import java.time.Duration;

/**
 * Looks that find nothing take a small part of the time, however often this node is told that there may be work: a burst of
 * jobs that others take, or that are paused, must not be slowed down by whoever looks for them. Quiet times are saved up, so
 * that a job which comes alone waits for no rest. Used by one thread.
 */
final class FruitlessLooks {
    /** An eleventh of the time in the long run: a rest is ten times as long as its look. */
    static final int REST_OF_LOOK = 10;

    /** How much may be saved up: what is earned in half a second. */
    static final Duration MOST_SAVED = Duration.ofMillis(50);

    static final Duration LONGEST_REST = Duration.ofMillis(20);

    private long saved = MOST_SAVED.toNanos();
    private long savedAt;

    /** @param now as by {@link System#nanoTime}; so are all later ones */
    FruitlessLooks(long now) {
        savedAt = now;
    }

    /**
     * Counts a look that found nothing.
     *
     * @param now when it ended
     * @return how long to rest before the next look; zero while there is something saved up
     */
    Duration restAfter(Duration look, long now) {
        long earned = Math.max(now - savedAt - look.toNanos(), 0) / REST_OF_LOOK;
        saved = Math.min(saved + earned, MOST_SAVED.toNanos()) - look.toNanos();
        savedAt = now;
        if (saved >= 0) {
            return Duration.ZERO;
        }
        Duration rest = Duration.ofNanos(-saved * REST_OF_LOOK);
        if (rest.compareTo(LONGEST_REST) > 0) {
            // What is owed beyond the longest rest is forgiven: a slow database must not keep jobs waiting.
            saved = -LONGEST_REST.toNanos() / REST_OF_LOOK;
            return LONGEST_REST;
        }
        return rest;
    }
}
