package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;

/** Work that mostly waits, with slots of its own. */
@HandlesJob(value = "test_waiting", ownSlots = 20)
@ApplicationScoped
public class WaitingJob implements JobHandler<SleepJob.Payload> {
    @Override
    public JobOutcome handle(SleepJob.Payload payload, JobContext context) throws InterruptedException {
        Ledger.write(context.jobId(), context.attempt(), "start");
        TimeUnit.MILLISECONDS.sleep(payload.sleepMs());
        Ledger.write(context.jobId(), context.attempt(), "end");
        return JobOutcome.completed();
    }
}
