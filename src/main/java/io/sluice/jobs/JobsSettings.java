package io.sluice.jobs;

import io.sluice.startup.Configuration;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How this node works off jobs. */
@Singleton
public class JobsSettings implements Settings {
    /** Below the size of the worker's executor, so that its own threads and given-up handlers always find room. */
    public static final int MOST_SLOTS = 500;

    /** Slots of types that have their own, all together. */
    public static final int MOST_OWN_SLOTS = 500;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final int concurrency;
    private final Duration pollInterval;
    private final Duration timeout;
    private final Duration drainTimeout;
    private final Duration lease;
    private final int mostRescues;
    private final Duration interruptGrace;
    private final Duration unknownTypeGrace;
    private final Duration completedKept;
    private final Duration failedKept;
    private final Duration cancelledKept;

    @Inject
    public JobsSettings(Configuration configuration) {
        concurrency = configuration.integer("sluice.jobs.concurrency", 1, MOST_SLOTS);
        pollInterval = configuration.duration("sluice.jobs.poll.interval", Duration.ofMillis(100), DAY);
        timeout = configuration.duration("sluice.jobs.timeout", SECOND, Duration.ofDays(7));
        drainTimeout = configuration.duration("sluice.jobs.drain.timeout", Duration.ZERO, DAY);
        lease = configuration.duration("sluice.jobs.lease", Duration.ofSeconds(3), Duration.ofHours(1));
        mostRescues = configuration.integer("sluice.jobs.rescues.max", 1, 1000);
        interruptGrace = configuration.duration("sluice.jobs.interrupt.grace", SECOND, DAY);
        unknownTypeGrace = configuration.duration("sluice.jobs.unknown.grace", SECOND, Duration.ofDays(7));
        completedKept = kept(configuration, "sluice.jobs.retention.completed");
        failedKept = kept(configuration, "sluice.jobs.retention.failed");
        cancelledKept = kept(configuration, "sluice.jobs.retention.cancelled");
    }

    private static Duration kept(Configuration configuration, String key) {
        return configuration.duration(key, Duration.ofHours(1), Duration.ofDays(3_660));
    }

    /** How long a completed job is kept. Default 7 days. */
    public Duration completedKept() {
        return completedKept;
    }

    /** How long a failed job is kept. Default 30 days; afterwards nobody can retry it. */
    public Duration failedKept() {
        return failedKept;
    }

    /** How long a cancelled job is kept. Default 30 days. */
    public Duration cancelledKept() {
        return cancelledKept;
    }

    /** Jobs at once on this node. Default 5; each may need a database connection. */
    public int concurrency() {
        return concurrency;
    }

    /** Longest wait before the queue is looked at without a wake-up. Default 5 s; bounds how late a row inserted by hand starts. */
    public Duration pollInterval() {
        return pollInterval;
    }

    /** Longest run of an attempt whose type states none. Default 5 min. */
    public Duration timeout() {
        return timeout;
    }

    /** How long a stopping node lets running jobs go on. Default 30 s; keep the supervisor's kill timeout above it. */
    public Duration drainTimeout() {
        return drainTimeout;
    }

    /** Silence after which others bury a node. Default 7 s; too short, and a long pause of the process costs it its jobs. */
    public Duration lease() {
        return lease;
    }

    /** How often a job may lose its node before it is parked as poison. Default 5. */
    public int mostRescues() {
        return mostRescues;
    }

    /** How long a handler may go on after its interrupt before its slot is given to others. Default 10 s. */
    public Duration interruptGrace() {
        return interruptGrace;
    }

    /** How long jobs wait for a type that a node used to know; types that none ever knew are parked in seconds. Default 1 h. */
    public Duration unknownTypeGrace() {
        return unknownTypeGrace;
    }
}
