package io.sluice.jobs.testkit;

import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.NewJob;
import io.sluice.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The state of one job in memory, and what its handler sees of the present attempt. */
final class JobInMemory implements JobContext {
    final UUID id = UUID.randomUUID();
    final NewJob wanted;
    final String payload;
    final @Nullable String scope;
    final int maxAttempts;
    final List<String> outcomes = new ArrayList<>();
    final List<String> progress = new ArrayList<>();

    JobStatus status = JobStatus.PENDING;
    int attempts;
    Instant scheduledAt;

    @Nullable
    Map<String, Object> result;

    @Nullable
    String lastError;

    boolean inCompletion;

    JobInMemory(NewJob wanted, String payload, @Nullable String scope, int maxAttempts, Instant scheduledAt) {
        this.wanted = wanted;
        this.payload = payload;
        this.scope = scope;
        this.maxAttempts = maxAttempts;
        this.scheduledAt = scheduledAt;
    }

    /** Whether no job with the other's keys is made while this one stands as it does. */
    boolean keepsOut(NewJob other, @Nullable String otherScope) {
        return (other.uniqueKey() != null && other.uniqueKey().equals(wanted.uniqueKey()) && status.isLive())
                || (other.pendingKey() != null && other.pendingKey().equals(wanted.pendingKey()) && isUntouched())
                || (otherScope != null && otherScope.equals(scope) && keepsOutInItsState());
    }

    private boolean isUntouched() {
        return status == JobStatus.PENDING && outcomes.isEmpty();
    }

    private boolean keepsOutInItsState() {
        return wanted.unique() != null && wanted.unique().states().contains(status);
    }

    TestedJob shown() {
        return new TestedJob(
                id,
                wanted.type(),
                Json.readObject(payload),
                wanted.projectId(),
                status,
                attempts,
                scheduledAt,
                result,
                lastError,
                List.copyOf(outcomes),
                List.copyOf(progress));
    }

    @Override
    public UUID jobId() {
        return id;
    }

    @Override
    public int attempt() {
        return attempts;
    }

    @Override
    public @Nullable String projectId() {
        return wanted.projectId();
    }

    /** Nobody asks a test's attempt to stop. */
    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public void progress(int percent, String message) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent must be from 0 to 100, not " + percent);
        }
        progress.add(percent + " " + message);
    }

    @Override
    public void inCompletion() {
        inCompletion = true;
    }

    @Override
    public void requireOwnership() {
        // Nobody takes a test's job away.
    }
}
