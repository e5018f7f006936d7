package io.sluice.jobs.operations;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Figures for everybody who asks, read by one thread at a time. To count millions of jobs takes a second or more, so that
 * what took long is what everybody gets for a while; what is quickly read is always read anew. Safe from every thread.
 */
final class SharedReading<T> {
    /** Readings may take a twentieth of the time. */
    private static final int TIMES_AS_LONG = 20;

    private static final Duration SHORT = Duration.ofMillis(50);

    private final Supplier<T> source;
    private final LongSupplier nanoTime;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable T last;
    private long lastUntil;

    /** @param nanoTime as {@link System#nanoTime} */
    SharedReading(Supplier<T> source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
    }

    T get() {
        reading.lock();
        try {
            T known = last;
            if (known != null && nanoTime.getAsLong() - lastUntil < 0) {
                return known;
            }
            long begun = nanoTime.getAsLong();
            T read = source.get();
            long ended = nanoTime.getAsLong();
            last = ended - begun > SHORT.toNanos() ? read : null;
            lastUntil = ended + (ended - begun) * TIMES_AS_LONG;
            return read;
        } finally {
            reading.unlock();
        }
    }
}
