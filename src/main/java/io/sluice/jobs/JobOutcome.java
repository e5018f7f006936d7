package io.sluice.jobs;

import java.time.Duration;
import java.util.Map;

/** How an attempt ended, said by the handler. A thrown exception is a failure that the policy may retry. */
public sealed interface JobOutcome {
    /**
     * The work is done.
     *
     * @param result kept with the job, apart from its payload, and shown by the API; at most 1 MiB as JSON: a larger
     *     one makes the job fail at once, without a retry
     */
    record Completed(Map<String, ?> result) implements JobOutcome {}

    /**
     * Not now: run again after {@code delay}, at most 366 days, without counting this attempt. What was written after
     * {@link JobContext#inCompletion} is rolled back.
     */
    record Snoozed(Duration delay) implements JobOutcome {}

    /** Failed in a way that a later attempt may mend; counts as an attempt. The reason is shown to the project's owner too. */
    record Retry(String reason) implements JobOutcome {}

    /** Failed for good: the job goes to the dead letter at once. The reason is shown to the project's owner too. */
    record Failed(String reason) implements JobOutcome {}

    static JobOutcome completed() {
        return new Completed(Map.of());
    }

    static JobOutcome completed(Map<String, ?> result) {
        return new Completed(result);
    }
}
