package io.sluice.health;

import io.sluice.database.DatabaseProbe;
import io.sluice.database.DatabaseProbe.Pulse;
import io.sluice.jobs.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The latest reading of the queue and the pool, shared by the probes and the gauges: whoever scrapes, and however often,
 * the database is asked once per interval. Safe from every thread.
 */
@ApplicationScoped
public class QueueFigures {
    private static final int PART_OF_TIME = 20;
    private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(DatabaseProbe.TIMEOUT_MILLIS);

    @Inject
    Jobs jobs;

    @Inject
    DatabaseProbe probe;

    private volatile Jobs.@Nullable Stats stats;
    private volatile @Nullable Pulse pulse;
    private volatile boolean asking;
    private volatile long askedAt = System.nanoTime();
    private volatile Jobs.@Nullable Present present;
    private volatile long readAt = System.nanoTime();
    private long countAt = readAt;

    /** Asks anew how the database is, in the transaction of the caller. Called by one thread at a time. */
    void feelPulse() {
        askedAt = System.nanoTime();
        asking = true;
        try {
            pulse = probe.pulseInTransaction().orElse(null);
        } finally {
            asking = false;
        }
    }

    /** Reads the queue anew; the last reading stays when the database is away. Called by one thread at a time. */
    void refresh() {
        present = countDue() ? counted().now() : jobs.present();
        readAt = System.nanoTime();
    }

    /** To count millions of jobs takes a second or more: it must not take much of the time. */
    private boolean countDue() {
        return System.nanoTime() - countAt >= 0;
    }

    private Jobs.Stats counted() {
        long begun = System.nanoTime();
        Jobs.Stats counted = jobs.stats();
        countAt = System.nanoTime() + (System.nanoTime() - begun) * PART_OF_TIME;
        stats = counted;
        return counted;
    }

    /** The last count; empty before the first. Where it takes long it is up to twenty times as old as it took. */
    Optional<Jobs.Stats> stats() {
        return Optional.ofNullable(stats);
    }

    /** How long the oldest due job has been waiting; empty before the first reading. */
    Optional<Duration> oldestDue() {
        return due().map(Jobs.Due::oldest);
    }

    /** The due jobs by type; empty before the first reading. */
    Optional<List<Jobs.Due>> due() {
        return present().map(Jobs.Present::due);
    }

    /** Who was alive and what was due at the last reading; empty before the first. */
    Optional<Jobs.Present> present() {
        return Optional.ofNullable(present);
    }

    /** What the database said last; empty when it did not answer, or does not within two seconds. */
    Optional<Pulse> pulse() {
        boolean silent = asking && System.nanoTime() - askedAt > SILENCE_NANOS;
        return silent ? Optional.empty() : Optional.ofNullable(pulse);
    }

    /** How old the last reading is; since the start if there was none. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - readAt);
    }
}
