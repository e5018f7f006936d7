package io.sluice.jobs;

import java.util.UUID;

/** This attempt lost its job to a rescue, a timeout or a cancellation: nothing it writes any more may count. */
public final class StaleAttemptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StaleAttemptException(UUID jobId, long fencingToken) {
        super("Job " + jobId + " is no longer held under fencing token " + fencingToken + ".");
    }
}
