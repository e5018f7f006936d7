package io.sluice.jobs.worker;

import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.attempts.RunningAttempts;
import io.sluice.jobs.attempts.StopReason;
import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.Nodes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.ConsoleHandler;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ends this node's work: claims and begins nothing more, lets running jobs go on for the grace, then interrupts the rest
 * and puts them back without counting the attempt. Says how far it is in the node's row and on standard error, because
 * the server's log is silent by then. Over within the grace and five seconds of the first word, whatever the database
 * does.
 */
@ApplicationScoped
class Drain {
    /** Held here, because the log manager itself forgets loggers that nobody holds. */
    private static final Logger OURS = Logger.getLogger("io.sluice");

    private static final Duration CLAIM_QUIET = Duration.ofSeconds(1);
    private static final Duration INTERRUPT_WAIT = Duration.ofMillis(1_500);
    private static final Duration STATEMENT_WAIT = Duration.ofSeconds(1);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);
    private static final long STEP_MS = 50;

    @Inject
    JobsSettings settings;

    @Inject
    NodeState node;

    @Inject
    ClaimLoop claims;

    @Inject
    RunningAttempts running;

    @Inject
    Attempts attempts;

    @Inject
    Nodes nodes;

    private @Nullable Thread signalHook;
    private volatile long begunAt;
    private boolean over;

    /** Stops claiming at the signal itself: the server may serve requests for a while before it tells the application. */
    void listenForStopSignal() {
        signalHook = new Thread(this::begin, "sluice-stop");
        Runtime.getRuntime().addShutdownHook(signalHook);
    }

    /** Before the web application and the beans go: the earliest word of a stop that is not a signal. */
    void stopIsNear(@Observes Shutdown shutdown) {
        begin();
    }

    /** From here on nothing is claimed and no handler begins. */
    void begin() {
        if (!node.draining()) {
            begunAt = System.nanoTime();
            node.drain();
            say("stopping: no job is claimed any more, " + running.count() + " running");
        }
    }

    /** Waits for running jobs, then takes them back; does so once. */
    synchronized void finish(ExecutorService executor) {
        if (over) {
            return;
        }
        over = true;
        begin();
        forgetSignalHook();
        keepLogging();
        try {
            claims.awaitQuiet(CLAIM_QUIET);
            awaitEnd(executor, settings.drainTimeout().minusNanos(System.nanoTime() - begunAt), true);
            if (running.count() > 0) {
                say(running.count() + " jobs did not end in time and are interrupted");
                running.stopAll(StopReason.DRAIN);
                awaitEnd(executor, INTERRUPT_WAIT, false);
            }
            takeBack(executor);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            say("the drain was interrupted; other nodes will rescue what still runs");
        }
    }

    private void awaitEnd(ExecutorService executor, Duration longest, boolean report) throws InterruptedException {
        long begun = System.nanoTime();
        long reported = begun - REPORT_EVERY.toNanos();
        while (running.count() > 0 && System.nanoTime() - begun < longest.toNanos()) {
            if (report && System.nanoTime() - reported >= REPORT_EVERY.toNanos()) {
                reported = System.nanoTime();
                long left = longest.minusNanos(reported - begun).toSeconds();
                say(running.count() + " jobs running, up to " + left + " s left");
                node.id().ifPresent(id -> executor.execute(() -> nodes.drain(id, running.count())));
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MS);
        }
    }

    /** On another thread, so that a database that does not answer cannot hold up the stop. */
    private void takeBack(ExecutorService executor) throws InterruptedException {
        Future<?> lastWords = executor.submit(() -> node.id().ifPresent(id -> {
            int jobs = attempts.giveAllBack(id, node.name(), "Interrupted: its node was stopped.");
            nodes.stop(id);
            if (jobs > 0) {
                nodes.wake(Nodes.LIMITED);
            }
            say("stopped, " + jobs + " jobs put back by force");
        }));
        try {
            lastWords.get(STATEMENT_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException | CancellationException databaseIsAway) {
            say("the database did not answer; other nodes will rescue what still runs");
        }
    }

    private void forgetSignalHook() {
        try {
            if (signalHook != null) {
                Runtime.getRuntime().removeShutdownHook(signalHook);
            }
        } catch (IllegalStateException shuttingDown) {
            // The process ends anyway.
        }
    }

    /** At a stop the JVM takes the log's handlers away at once; what jobs say while they end must not be lost. */
    private static void keepLogging() {
        if (Logger.getLogger("").getHandlers().length == 0) {
            OURS.addHandler(new ConsoleHandler());
        }
    }

    private static void say(String progress) {
        System.err.println("sluice worker: " + progress);
    }
}
