package io.sluice.jobs.attempts;

import io.sluice.SluiceException;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.handlers.Results;
import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.Attempts.Cause;
import io.sluice.jobs.wakeup.News;
import io.sluice.jobs.wakeup.WakeUp;
import io.sluice.logging.EventLog;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Turns what a handler did into the one statement that ends its attempt. */
@ApplicationScoped
public class AttemptEnding {
    private static final EventLog LOG = EventLog.of(AttemptEnding.class);
    private static final Duration LONGEST_SNOOZE = Duration.ofDays(366);

    @Inject
    Attempts attempts;

    @Inject
    AttemptRecorder recorder;

    @Inject
    Completions completions;

    @Inject
    WorkerFigures figures;

    @Inject
    WakeUp wakeUp;

    @Resource
    UserTransaction transaction;

    /**
     * The handler returned. One that was stopped by its deadline does not count, whatever it returned.
     *
     * @return whether the end is recorded; false: {@link Completions} does so, and frees the slot
     */
    boolean returned(Attempt attempt, AttemptContext context, JobOutcome outcome) {
        if (attempt.stopReason() == StopReason.TIMEOUT || attempt.isLost()) {
            stopped(attempt);
        } else if (outcome instanceof JobOutcome.Completed completed) {
            return completed(attempt, context, completed);
        } else if (outcome instanceof JobOutcome.Snoozed snoozed) {
            rollBackOpenTransaction();
            snoozed(attempt, snoozed.delay());
        } else if (outcome instanceof JobOutcome.Retry retry) {
            failed(attempt, new Cause(attempt.text(retry.reason()), true), true);
        } else if (outcome instanceof JobOutcome.Failed failed) {
            failed(attempt, new Cause(attempt.text(failed.reason()), true), false);
        }
        return true;
    }

    /** The handler threw: because it was asked to stop, or because it failed. */
    void threw(Attempt attempt, Throwable error) {
        if (attempt.stopReason() != null) {
            stopped(attempt);
        } else {
            LOG.warning("job attempt failed", "attempt", attempt.job().attempts(), "error", attempt.text(error));
            failed(attempt, error, attempt.handler().policy().isRetryable(error));
        }
    }

    /** The handler found out by itself that its job had been taken away. */
    void stale(Attempt attempt) {
        rollBackOpenTransaction();
        recorder.stale(attempt);
    }

    /** What it says is for operators to read, unless it was written for callers. */
    void failed(Attempt attempt, Throwable error, boolean retryable) {
        failed(attempt, new Cause(attempt.text(error), error instanceof SluiceException), retryable);
    }

    /** The attempt failed; the policy says what comes next. */
    void failed(Attempt attempt, Cause cause, boolean retryable) {
        rollBackOpenTransaction();
        fail(attempt, "failed", cause, retryable);
    }

    /** A handler that was asked to stop and ended, or goes on without being waited for. */
    void stopped(Attempt attempt) {
        rollBackOpenTransaction();
        StopReason reason = attempt.isLost() ? StopReason.LOST : attempt.stopReason();
        if (reason == StopReason.TIMEOUT) {
            String text = timeoutText(attempt);
            LOG.warning("job attempt timed out", "attempt", attempt.job().attempts(), "error", text);
            fail(attempt, "timed_out", new Cause(text, true), true);
        } else if (reason == StopReason.CANCEL) {
            recorder.record(
                    attempt, "cancelled", () -> attempts.cancel(attempt.holder(), "Cancelled while it was running."));
        } else if (reason == StopReason.DRAIN) {
            recorder.record(
                    attempt,
                    "interrupted",
                    () -> attempts.giveBack(
                            attempt.holder(), "interrupted", "Interrupted: its node was stopped.", Duration.ZERO));
            wakeUp.workCommitted(News.of(Set.of(attempt.job().type())));
            wakeUp.limitedWorkCommitted();
        } else {
            recorder.stale(attempt);
        }
    }

    /**
     * A handler that ignores its interrupt and may run for ever. Its job is not tried again by itself, so that no second
     * execution runs beside this one.
     */
    public void abandoned(Attempt attempt) {
        String error = "The handler went on after it was interrupted; it may still be running.";
        if (attempt.stopReason() == StopReason.TIMEOUT) {
            Cause cause = new Cause(timeoutText(attempt) + " " + error, true);
            recorder.record(
                    attempt,
                    "timed_out",
                    () -> attempts.fail(attempt.holder(), "timed_out", cause, false, Duration.ZERO));
        } else if (attempt.stopReason() == StopReason.CANCEL) {
            recorder.record(attempt, "cancelled", () -> attempts.cancel(attempt.holder(), "Cancelled. " + error));
        }
    }

    private boolean completed(Attempt attempt, AttemptContext context, JobOutcome.Completed completed) {
        String result;
        try {
            result = Results.write(completed.result(), attempt.redaction()::json);
        } catch (Results.UnfitException unfit) {
            failed(attempt, new Cause(unfit.reason(), true), false);
            return true;
        }
        if (context.isInCompletion()) {
            completeInOpenTransaction(attempt, result);
        } else {
            rollBackOpenTransaction();
            completions.add(attempt, result);
            return false;
        }
        return true;
    }

    private void completeInOpenTransaction(Attempt attempt, String result) {
        try {
            if (attempts.completeInOpenTransaction(attempt.holder(), result)) {
                transaction.commit();
                figures.ended(attempt, "completed");
            } else {
                stale(attempt);
            }
        } catch (Exception failure) {
            LOG.warning("job completion could not be committed", "error", attempt.text(failure));
            failed(attempt, new Cause("The completing transaction failed: " + attempt.text(failure), false), true);
        }
    }

    private void snoozed(Attempt attempt, Duration asked) {
        Duration delay = asked.isNegative() ? Duration.ZERO : asked;
        Duration bounded = delay.compareTo(LONGEST_SNOOZE) > 0 ? LONGEST_SNOOZE : delay;
        recorder.record(attempt, "snoozed", () -> attempts.giveBack(attempt.holder(), "snoozed", null, bounded));
        wakeUp.workIn(bounded);
    }

    private void fail(Attempt attempt, String outcome, Cause cause, boolean retryable) {
        Duration delay = attempt.handler()
                .policy()
                .delayAfter(
                        attempt.job().attempts(), ThreadLocalRandom.current().nextDouble());
        recorder.record(attempt, outcome, () -> attempts.fail(attempt.holder(), outcome, cause, retryable, delay));
        if (retryable) {
            wakeUp.workIn(delay);
        }
    }

    private static String timeoutText(Attempt attempt) {
        return "Timed out after " + attempt.handler().timeout() + ".";
    }

    /** Leaves this thread without a transaction, whoever opened one. */
    void rollBackOpenTransaction() {
        try {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        } catch (SystemException | IllegalStateException failure) {
            LOG.warning("open transaction of a job could not be rolled back", "error", Text.of(failure));
        }
    }
}
