package io.sluice.bench.queue.handler;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;

/** What callers enqueue while enqueuing is measured. */
@HandlesJob(BenchEnqueueJob.SINK)
@ApplicationScoped
public class BenchSinkJob implements JobHandler<BenchNoopJob.Payload> {
    @Override
    public JobOutcome handle(BenchNoopJob.Payload payload, JobContext context) {
        return JobOutcome.completed();
    }
}
