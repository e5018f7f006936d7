package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** Returns a result: one that is fine, or one that no PostgreSQL stores. */
@HandlesJob("test_result")
@ApplicationScoped
public class ResultJob implements JobHandler<ResultJob.Payload> {
    /** Which. */
    public record Payload(boolean storable) {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        return JobOutcome.completed(Map.of("text", payload.storable() ? "fine" : "\u0000"));
    }
}
