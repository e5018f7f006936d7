package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;

/** Hangs until it is interrupted, past its timeout of one second. */
@HandlesJob(value = "test_hang", timeout = "PT1S", backoff = "PT0.1S")
@ApplicationScoped
public class HangJob implements JobHandler<HangJob.Payload> {
    /** Nothing to say. */
    public record Payload() {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) throws InterruptedException {
        Ledger.write(context.jobId(), context.attempt(), "start");
        try {
            Thread.sleep(600_000);
            return JobOutcome.completed();
        } finally {
            Ledger.write(context.jobId(), context.attempt(), context.cancelled() ? "interrupted" : "end");
        }
    }
}
