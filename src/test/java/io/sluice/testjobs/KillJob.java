package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;

/** Takes the whole process with it. */
@HandlesJob("test_kill")
@ApplicationScoped
public class KillJob implements JobHandler<KillJob.Payload> {
    /** Nothing to say. */
    public record Payload() {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        Ledger.write(context.jobId(), context.attempt(), "start");
        Runtime.getRuntime().halt(137);
        return JobOutcome.completed();
    }
}
