package io.sluice.jobs;

import java.util.Locale;

/** The states of a job; the same words in the table, the API and the docs. */
public enum JobStatus {
    /** Waits to be due and claimed. */
    PENDING,
    /** Claimed by a node that is alive. */
    RUNNING,
    /** Its handler finished it. */
    COMPLETED,
    /** Attempts used up, or a failure that no retry can mend: the dead letter. */
    FAILED,
    /** Stopped by a person before it finished, or the jobs that it waited for did not end as it needed. */
    CANCELLED;

    /** The word for this state outside Java. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the job can still change without a person. */
    public boolean isLive() {
        return this == PENDING || this == RUNNING;
    }
}
