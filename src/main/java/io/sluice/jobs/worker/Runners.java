package io.sluice.jobs.worker;

import io.sluice.jobs.attempts.Attempt;
import io.sluice.jobs.attempts.AttemptRunner;
import io.sluice.jobs.attempts.StopReason;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run attempts. A thread goes on with the next attempt, and a further thread is started while attempts
 * wait and none is free: short jobs share a few threads, jobs that wait for something get one each. Handing every attempt
 * to the server's executor would cost more than running it.
 */
@ApplicationScoped
class Runners {
    private static final long LINGER_MS = 1_000;

    @Resource(lookup = Worker.EXECUTOR)
    ManagedExecutorService executor;

    @Inject
    AttemptRunner runner;

    @Inject
    NodeState node;

    /** In the queue's order: a job of high priority does not wait here for a burst that was claimed before it. */
    private final BlockingQueue<Attempt> waiting = new PriorityBlockingQueue<>(
            64,
            Comparator.comparing((Attempt attempt) -> attempt.job().rank())
                    .thenComparing(attempt -> attempt.job().id()));

    private final AtomicInteger free = new AtomicInteger();
    private final AtomicBoolean starting = new AtomicBoolean();
    private final Semaphore wanted = new Semaphore(0);

    /** Runs an attempt soon, on another thread. */
    void run(Attempt attempt) {
        waiting.add(attempt);
        callHelp();
    }

    /** Each thread that takes an attempt looks whether more wait, so one thread after another is started. */
    private void callHelp() {
        if (!waiting.isEmpty() && free.get() == 0 && starting.compareAndSet(false, true)) {
            wanted.release();
        }
    }

    /**
     * Waits up to a second until a thread is wanted, and starts it in the context of the calling thread. Called by one
     * thread, again and again, also after a failure.
     */
    void startWanted() throws InterruptedException {
        if (wanted.tryAcquire(1, TimeUnit.SECONDS)) {
            try {
                executor.execute(this::work);
            } catch (RuntimeException refused) {
                wanted.release();
                throw refused;
            }
        }
    }

    private void work() {
        boolean started = true;
        for (Attempt next = next(started); next != null; next = next(started)) {
            started = false;
            callHelp();
            if (node.draining()) {
                // Claimed before the stop or while it came, and not begun: it is put back.
                next.stop(StopReason.DRAIN);
            }
            runner.run(next);
        }
    }

    private @Nullable Attempt next(boolean started) {
        Attempt next;
        free.incrementAndGet();
        if (started) {
            starting.set(false);
        }
        try {
            next = waiting.poll(LINGER_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            next = null;
        } finally {
            free.decrementAndGet();
        }
        // Somebody may have counted on this thread a moment ago.
        return next == null ? waiting.poll() : next;
    }
}
