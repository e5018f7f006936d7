package io.sluice.jobs.attempts;

import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.Attempts.Cause;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.DataException;

/**
 * Gets the end of an attempt into the database, however long that takes: until it is stored, refused as stale, or the job
 * is known to be lost. The slot stays taken meanwhile.
 */
@ApplicationScoped
class AttemptRecorder {
    private static final EventLog LOG = EventLog.of(AttemptRecorder.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    @Inject
    Attempts attempts;

    @Inject
    WorkerFigures figures;

    /**
     * Records one end.
     *
     * @param guarded the statement; says whether the job was still held
     */
    void record(Attempt attempt, String outcome, BooleanSupplier guarded) {
        Duration pause = FIRST_PAUSE;
        while (!attempt.isLost()) {
            try {
                if (guarded.getAsBoolean()) {
                    figures.ended(attempt, outcome);
                } else {
                    stale(attempt);
                }
                return;
            } catch (RuntimeException failure) {
                LOG.warning("job end could not be stored", "outcome", outcome, "error", Text.of(failure));
                if (isRefused(failure)) {
                    refused(attempt);
                    return;
                }
            }
            if (!sleep(pause)) {
                return;
            }
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
        stale(attempt);
    }

    /** The job was taken away: its end is dropped. */
    void stale(Attempt attempt) {
        attempt.span().end("stale");
        figures.stale();
        LOG.warning(
                "stale job end dropped",
                "attempt",
                attempt.job().attempts(),
                "fencing_token",
                attempt.holder().fencingToken());
    }

    /** The database will never take this end: say so instead. */
    private void refused(Attempt attempt) {
        Cause cause = new Cause("The database refused to store how this attempt ended.", true);
        record(attempt, "failed", () -> attempts.fail(attempt.holder(), "failed", cause, false, Duration.ZERO));
    }

    /** Whether the database said that it will never take this. */
    static boolean isRefused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DataException || cause instanceof ConstraintViolationException) {
                return true;
            }
        }
        return false;
    }

    private static boolean sleep(Duration pause) {
        try {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
