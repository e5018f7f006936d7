package io.sluice.jobs.schedule;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** What this node's scheduler did last, in memory. */
@ApplicationScoped
class TickRecord {
    private volatile long tickedAt = System.nanoTime();
    private volatile Duration lag = Duration.ZERO;

    void ticked() {
        tickedAt = System.nanoTime();
    }

    void enqueued(Duration late) {
        lag = late;
    }

    Duration sinceTick() {
        return Duration.ofNanos(System.nanoTime() - tickedAt);
    }

    Duration lag() {
        return lag;
    }
}
