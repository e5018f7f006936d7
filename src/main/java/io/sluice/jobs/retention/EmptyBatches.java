package io.sluice.jobs.retention;

import io.sluice.jobs.operations.PastJobs;
import io.sluice.retention.Retention;
import java.time.Duration;

/** Batches whose jobs have all been removed; each goes with the last of them. */
record EmptyBatches(PastJobs jobs) implements Retention {
    @Override
    public String kind() {
        return "job_batches";
    }

    @Override
    public Duration keptFor() {
        return Duration.ofHours(1);
    }

    @Override
    public long countExpired() {
        return jobs.countEmptyBatches();
    }

    @Override
    public long deleteExpired(int most) {
        return jobs.deleteEmptyBatches(most);
    }
}
