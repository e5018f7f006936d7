package io.sluice.jobs.attempts;

import io.sluice.jobs.queue.Attempts.Completion;

/**
 * The good end of an attempt that is not stored yet.
 *
 * @param result JSON
 */
public record Ended(Attempt attempt, String result) {
    public Completion completion() {
        return new Completion(attempt.holder(), result);
    }

    long token() {
        return attempt.holder().fencingToken();
    }
}
