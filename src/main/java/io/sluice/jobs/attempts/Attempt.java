package io.sluice.jobs.attempts;

import io.sluice.jobs.handlers.RegisteredHandler;
import io.sluice.jobs.queue.ClaimedJob;
import io.sluice.jobs.queue.Holder;
import io.sluice.jobs.sealing.Redaction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One execution of one job on this node, and the agreement between the thread that runs it and those that want it to
 * stop. Exactly one of them gets to {@linkplain #claimEnd end} it.
 */
public final class Attempt {
    private final ClaimedJob job;
    private final RegisteredHandler handler;
    private final Holder holder;
    private final long startedAt = System.nanoTime();

    private @Nullable Thread thread;
    private @Nullable StopReason stopReason;
    private long stoppedAt;
    private long interruptedAt;
    private boolean endClaimed;
    private boolean lost;
    private volatile Redaction redaction = Redaction.NONE;
    private volatile AttemptSpan span = AttemptSpan.NONE;

    public Attempt(ClaimedJob job, RegisteredHandler handler, String worker) {
        this.job = job;
        this.handler = handler;
        this.holder = new Holder(job.id(), job.fencingToken(), worker);
    }

    public ClaimedJob job() {
        return job;
    }

    public RegisteredHandler handler() {
        return handler;
    }

    public Holder holder() {
        return holder;
    }

    /** From here on the secrets of the payload are taken out of everything that is said about this attempt. */
    void hide(Redaction secrets) {
        redaction = secrets;
    }

    Redaction redaction() {
        return redaction;
    }

    void trace(AttemptSpan shown) {
        span = shown;
    }

    AttemptSpan span() {
        return span;
    }

    /** What an operator reads about a failure: the kind of error and what it says, without secrets. */
    String text(Throwable error) {
        return Text.of(error, redaction);
    }

    /** A reason that a handler gave, without secrets. */
    String text(String reason) {
        return Text.of(redaction.text(reason));
    }

    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /** The handler is about to run on this thread; false if it must not, because the attempt was asked to stop already. */
    synchronized boolean enter() {
        if (stopReason != null) {
            return false;
        }
        thread = Thread.currentThread();
        return true;
    }

    /** The handler has returned: from here on this thread is not interrupted any more. */
    synchronized void leave() {
        thread = null;
        boolean ignored = Thread.interrupted();
    }

    /** Asks it to stop, unless it was asked before or has ended. A loss outweighs every other reason. */
    public synchronized void stop(StopReason reason) {
        lost |= reason == StopReason.LOST;
        if (endClaimed || (stopReason != null && reason != StopReason.LOST)) {
            return;
        }
        if (stopReason == null) {
            stoppedAt = System.nanoTime();
        }
        stopReason = reason;
        interrupt();
    }

    /** Interrupts again, once a second, a handler that swallowed the interrupt. */
    public synchronized void insist() {
        if (stopReason != null
                && System.nanoTime() - interruptedAt > Duration.ofSeconds(1).toNanos()) {
            interrupt();
        }
    }

    private void interrupt() {
        interruptedAt = System.nanoTime();
        if (thread != null) {
            thread.interrupt();
        }
    }

    synchronized @Nullable StopReason stopReason() {
        return stopReason;
    }

    /** Whether the job was taken away, also while its end is being recorded. */
    synchronized boolean isLost() {
        return lost;
    }

    /** Whether others may have the job by now, or give it to others, while the handler is still at it. */
    synchronized boolean mayBeTakenAway() {
        return lost || stopReason != null || age().compareTo(handler.timeout()) > 0;
    }

    /** Whether it was asked to stop and went on for {@code grace} nevertheless. */
    public synchronized boolean ignoredStopFor(Duration grace) {
        return stopReason != null && !endClaimed && System.nanoTime() - stoppedAt > grace.toNanos();
    }

    /** The right to record how it ended; given once. */
    public synchronized boolean claimEnd() {
        boolean first = !endClaimed;
        endClaimed = true;
        return first;
    }
}
