package io.sluice.backups.archive;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How the thread that watches an export ends it: a read from a program cannot be interrupted, its program can be ended. */
final class Stop {
    private final CountDownLatch end = new CountDownLatch(1);
    private @Nullable Thread thread;
    private @Nullable Process program;
    private boolean asked;

    /** The export runs on this thread. */
    synchronized void thread(Thread worker) {
        thread = worker;
        if (asked) {
            worker.interrupt();
        }
    }

    /** The program that now runs for the export. */
    synchronized void program(Process started) {
        program = started;
        if (asked) {
            started.destroyForcibly();
        }
    }

    /** The export is over: its thread belongs to others from here on. */
    synchronized void ended() {
        thread = null;
        boolean ignored = Thread.interrupted();
        end.countDown();
    }

    synchronized void ask() {
        asked = true;
        if (program != null) {
            program.destroyForcibly();
        }
        if (thread != null) {
            thread.interrupt();
        }
    }

    synchronized boolean isAsked() {
        return asked;
    }

    /** Waits for the end of the export, also on a thread that is interrupted, and keeps the interrupt. */
    void awaitEnd(long seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        boolean interrupted = false;
        while (end.getCount() > 0 && System.nanoTime() < deadline) {
            try {
                boolean ignored = end.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
