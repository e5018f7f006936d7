package io.sluice.jobs.attempts;

import io.sluice.jobs.JobContext;
import io.sluice.jobs.queue.Attempts;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one handler sees of its attempt. */
final class AttemptContext implements JobContext {
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);
    private static final int LONGEST_MESSAGE = 500;

    private final Attempt attempt;
    private final Attempts attempts;
    private final UserTransaction transaction;
    private boolean inCompletion;
    private long progressAt;

    AttemptContext(Attempt attempt, Attempts attempts, UserTransaction transaction) {
        this.attempt = attempt;
        this.attempts = attempts;
        this.transaction = transaction;
        this.progressAt = System.nanoTime() - PROGRESS_EVERY.toNanos();
    }

    @Override
    public UUID jobId() {
        return attempt.job().id();
    }

    @Override
    public int attempt() {
        return attempt.job().attempts();
    }

    @Override
    public @Nullable String projectId() {
        return attempt.job().projectId();
    }

    @Override
    public boolean cancelled() {
        return attempt.stopReason() != null;
    }

    @Override
    public void progress(int percent, String message) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent must be from 0 to 100, not " + percent);
        }
        if (System.nanoTime() - progressAt >= PROGRESS_EVERY.toNanos()) {
            progressAt = System.nanoTime();
            attempts.progress(
                    attempt.holder(),
                    percent,
                    Text.bounded(attempt.redaction().text(String.valueOf(message)), LONGEST_MESSAGE));
        }
    }

    @Override
    public void inCompletion() {
        if (inCompletion) {
            return;
        }
        try {
            transaction.begin();
            inCompletion = true;
        } catch (NotSupportedException | SystemException failure) {
            throw new IllegalStateException("The completing transaction cannot be opened on this thread.", failure);
        }
    }

    @Override
    public void requireOwnership() {
        attempts.requireOwnership(attempt.holder());
    }

    /** Whether the transaction that is to complete the job is open on this thread. */
    boolean isInCompletion() {
        return inCompletion;
    }
}
