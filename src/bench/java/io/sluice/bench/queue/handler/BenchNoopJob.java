package io.sluice.bench.queue.handler;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Map;

/** Does nothing but say that it ran: what is measured is the queue. */
@HandlesJob("bench_noop")
@ApplicationScoped
public class BenchNoopJob implements JobHandler<BenchNoopJob.Payload> {
    private static final ExecutionLedger LEDGER =
            ExecutionLedger.open(Path.of(System.getProperty("bench.ledger")), Integer.getInteger("bench.jobs"));

    /** Which job it is. */
    public record Payload(int n) {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        LEDGER.executed(payload.n());
        return JobOutcome.completed(Map.of("n", payload.n()));
    }
}
