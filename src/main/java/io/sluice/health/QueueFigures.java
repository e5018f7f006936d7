package io.sluice.health;

import io.sluice.database.DatabaseProbe;
import io.sluice.database.DatabaseProbe.Pulse;
import io.sluice.jobs.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The latest reading of the queue and the pool, shared by the probes and the gauges: whoever scrapes, and however often,
 * the database is asked once per interval. Safe from every thread.
 */
@ApplicationScoped
public class QueueFigures {
    @Inject
    Jobs jobs;

    @Inject
    DatabaseProbe probe;

    private volatile Jobs.@Nullable Stats stats;
    private volatile @Nullable Pulse pulse;
    private volatile long readAt = System.nanoTime();

    /** Reads anew; the last reading stays when the database is away. */
    void refresh() {
        pulse = probe.pulse().orElse(null);
        stats = jobs.stats();
        readAt = System.nanoTime();
    }

    /** The last reading; empty before the first. */
    Optional<Jobs.Stats> stats() {
        return Optional.ofNullable(stats);
    }

    /** How long the oldest due job has been waiting; empty before the first reading. */
    Optional<Duration> oldestDue() {
        return stats().map(Jobs.Stats::oldestDue);
    }

    /** What the database said last; empty when it did not answer. */
    Optional<Pulse> pulse() {
        return Optional.ofNullable(pulse);
    }

    /** How old the last reading is; since the start if there was none. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - readAt);
    }
}
