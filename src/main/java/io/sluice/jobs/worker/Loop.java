package io.sluice.jobs.worker;

import io.sluice.database.ReservedConnections;
import io.sluice.jobs.WorkerStatus.LoopState;
import io.sluice.logging.EventLog;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of the worker's own threads: repeats a round until it is stopped. Nothing that a round throws ends it; it waits a
 * little longer after each failure, and goes on by itself once rounds succeed again.
 */
final class Loop implements Runnable {
    /** One round; blocks for as long as there is nothing to do. */
    @FunctionalInterface
    interface Round {
        /**
         * Does it.
         *
         * @param well for a round that goes on for as long as all is well: says so, again and again
         */
        void run(Runnable well) throws Exception;
    }

    private static final EventLog LOG = EventLog.of(Loop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final String name;
    private final Round round;

    private volatile @Nullable Thread thread;
    private volatile boolean stopped;
    private volatile boolean failing;
    private volatile long beatAt = System.nanoTime();

    Loop(String name, Round round) {
        this.name = name;
        this.round = round;
    }

    /** On reserved connections: what keeps the worker alive waits for no handler and no request. */
    @Override
    public void run() {
        ReservedConnections.during(this::repeat);
    }

    private void repeat() {
        thread = Thread.currentThread();
        Duration pause = FIRST_PAUSE;
        try {
            while (!stopped) {
                try {
                    round.run(this::well);
                    well();
                    pause = FIRST_PAUSE;
                } catch (InterruptedException interrupted) {
                    // Only stop() interrupts on purpose; the condition above decides.
                } catch (Throwable failure) {
                    failed(failure);
                    pause(pause);
                    pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        } finally {
            thread = null;
        }
    }

    /** Ends it after the present round, which is interrupted. */
    void stop() {
        stopped = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    LoopState state() {
        Thread running = thread;
        return new LoopState(
                name, running != null && running.isAlive(), Duration.ofNanos(System.nanoTime() - beatAt), failing);
    }

    private void well() {
        recovered();
        beatAt = System.nanoTime();
    }

    private void failed(Throwable failure) {
        if (!failing && !stopped) {
            LOG.warning("job worker thread failing", "thread", name, "error", rootOf(failure));
        }
        failing = true;
    }

    private void recovered() {
        if (failing) {
            LOG.info("job worker thread recovered", "thread", name);
        }
        failing = false;
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.toString();
    }

    private static void pause(Duration pause) {
        try {
            long millis = pause.toMillis();
            TimeUnit.MILLISECONDS.sleep(millis + ThreadLocalRandom.current().nextLong(millis / 2));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
