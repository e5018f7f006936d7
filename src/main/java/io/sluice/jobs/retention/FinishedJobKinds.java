package io.sluice.jobs.retention;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.operations.PastJobs;
import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;

/** One kind for each final state, and what is left of batches. */
@ApplicationScoped
public class FinishedJobKinds {
    @Inject
    JobsSettings settings;

    @Inject
    PastJobs jobs;

    @Produces
    Retention completed() {
        return new FinishedJobs(JobStatus.COMPLETED, settings.completedKept(), jobs);
    }

    @Produces
    Retention failed() {
        return new FinishedJobs(JobStatus.FAILED, settings.failedKept(), jobs);
    }

    @Produces
    Retention cancelled() {
        return new FinishedJobs(JobStatus.CANCELLED, settings.cancelledKept(), jobs);
    }

    @Produces
    Retention batches() {
        return new EmptyBatches(jobs);
    }
}
