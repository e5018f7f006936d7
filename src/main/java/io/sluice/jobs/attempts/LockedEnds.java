package io.sluice.jobs.attempts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Ends of jobs whose rows somebody keeps locked: a person, a call that changes many jobs, a handler that enqueued a job which
 * waits for them. They are tried again by themselves, so that no other end waits for the lock. Safe from every thread.
 */
final class LockedEnds {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final List<Ended> ends = new ArrayList<>();
    private long triedAt;

    synchronized void add(List<Ended> locked) {
        ends.addAll(locked);
        triedAt = System.nanoTime();
    }

    /** Those that are to be tried again; none if they were tried a moment ago. */
    synchronized List<Ended> takeDue() {
        if (ends.isEmpty() || System.nanoTime() - triedAt < EVERY_NANOS) {
            return new ArrayList<>();
        }
        List<Ended> taken = new ArrayList<>(ends);
        ends.clear();
        return taken;
    }
}
