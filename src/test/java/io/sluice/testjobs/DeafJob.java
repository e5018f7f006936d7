package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;

/** Goes on after every interrupt, for as long as it is told to. */
@HandlesJob(value = "test_deaf", timeout = "PT1S")
@ApplicationScoped
public class DeafJob implements JobHandler<DeafJob.Payload> {
    /** How long, in milliseconds. */
    public record Payload(long runMs) {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        Ledger.write(context.jobId(), context.attempt(), "start");
        long end = System.nanoTime() + payload.runMs() * 1_000_000;
        while (System.nanoTime() < end) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException ignored) {
                // That is what this handler is for.
            }
        }
        Ledger.write(context.jobId(), context.attempt(), "end");
        return JobOutcome.completed();
    }
}
