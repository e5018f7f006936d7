package io.sluice.abuse.detection;

import io.sluice.abuse.Signals;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.projects.Projects;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * Decides about one project, once: everything it reads, decides and writes belongs to the transaction that completes the
 * job, so a crash leaves nothing, and the hourly detection finds the same again.
 */
@ApplicationScoped
@HandlesJob(
        value = Signals.DECIDE,
        description =
                "Looks for abuse of one project in our own figures, and suspends it if an enforced rule confirms.",
        maxAttempts = 1,
        // Abuse goes on until it is decided, which waits for no backups.
        ownSlots = 2)
public class AutoSuspendJob implements JobHandler<AutoSuspend> {
    @Inject
    Projects projects;

    @Inject
    SuspensionDecision decision;

    @Override
    public JobOutcome handle(AutoSuspend suspect, JobContext context) throws InterruptedException {
        if (projects.find(suspect.projectId()).isEmpty()) {
            return new JobOutcome.Failed("There is no project '" + suspect.projectId() + "'.");
        }
        if (context.cancelled() || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("The decision was asked to stop.");
        }
        context.inCompletion();
        return JobOutcome.completed(decision.decide(suspect, context.jobId()));
    }
}
