package io.sluice.events;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How many streams of events this node serves and has given up, in memory. */
@ApplicationScoped
public class StreamTotals {
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();

    /** Takes a place for one more stream if fewer than {@code most} are open. */
    public boolean take(int most) {
        return open.getAndUpdate(now -> now < most ? now + 1 : now) < most;
    }

    /** A stream has ended. */
    public void giveBack() {
        open.decrementAndGet();
    }

    /** A stream was ended because its reader took nothing. */
    public void readerDropped() {
        dropped.incrementAndGet();
    }

    public int open() {
        return open.get();
    }

    /** Streams ended since the start because their readers took nothing. */
    public long dropped() {
        return dropped.get();
    }
}
