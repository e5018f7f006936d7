package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Map;

/** Writes start and end into the ledger and sleeps in between; stops at once when it is interrupted. */
@HandlesJob(value = "test_sleep", description = "Sleeps.")
@ApplicationScoped
public class SleepJob implements JobHandler<SleepJob.Payload> {
    /** How long, in milliseconds. */
    public record Payload(
            @Min(value = 0, message = "must not be negative.")
            @Max(value = 600_000, message = "must be at most ten minutes.")
            long sleepMs) {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) throws InterruptedException {
        Ledger.write(context.jobId(), context.attempt(), "start");
        try {
            Thread.sleep(payload.sleepMs());
            Ledger.write(context.jobId(), context.attempt(), "end");
            return JobOutcome.completed(Map.of("slept_ms", payload.sleepMs()));
        } catch (InterruptedException interrupted) {
            Ledger.write(
                    context.jobId(), context.attempt(), context.cancelled() ? "interrupted" : "interrupted unasked");
            throw interrupted;
        }
    }
}
