package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;

/** Fails under the policy that every type has unless it says otherwise. */
@HandlesJob("test_usual_retry")
@ApplicationScoped
public class UsualRetryJob implements JobHandler<UsualRetryJob.Payload> {
    /** Nothing to say. */
    public record Payload() {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        throw new IllegalStateException("told to fail");
    }
}
