package io.sluice.bench.queue.handler;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Says when it began, on the clock that all processes of a machine share. */
@HandlesJob("bench_stamp")
@ApplicationScoped
public class BenchStampJob implements JobHandler<BenchStampJob.Payload> {
    /** Where to say it. */
    public record Payload(int n) {}

    /** When the last of these jobs began. */
    public static Path fileOf(String ledger) {
        return Path.of(ledger + ".stamps");
    }

    @Override
    public JobOutcome handle(Payload payload, JobContext context) throws Exception {
        long now = System.nanoTime();
        Files.writeString(
                fileOf(System.getProperty("bench.ledger")),
                payload.n() + " " + now + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return JobOutcome.completed();
    }
}
