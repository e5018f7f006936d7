package io.sluice.jobs.wakeup;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * Whether a schedule may have a slot to deal with, as the last heartbeat heard it. When none has been heard for a while, it
 * may. Safe from every thread.
 */
@ApplicationScoped
public class SlotNews {
    private static final Duration TRUSTED = Duration.ofSeconds(10);

    private volatile boolean due = true;
    private volatile long heardAt = System.nanoTime();

    /**
     * Takes note of what was heard, or is known to have changed.
     *
     * @param near whether a slot is due, or will be before the next heartbeats
     */
    public void heard(boolean near) {
        due = near;
        heardAt = System.nanoTime();
    }

    public boolean maybeDue() {
        return due || System.nanoTime() - heardAt > TRUSTED.toNanos();
    }
}
