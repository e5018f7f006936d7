package io.sluice.jobs.retention;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.operations.PastJobs;
import io.sluice.retention.Retention;
import java.time.Duration;

/** Jobs that finished in one state, with their attempts. */
record FinishedJobs(JobStatus status, Duration keptFor, PastJobs jobs) implements Retention {
    @Override
    public String kind() {
        return status.word() + "_jobs";
    }

    @Override
    public long countExpired() {
        return jobs.countFinishedBefore(status, keptFor);
    }

    @Override
    public long deleteExpired(int most) {
        return jobs.deleteFinishedBefore(status, keptFor, most);
    }
}
