package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A while of work, then an effect in the database if it is told to. Says when it starts and ends in a file, which no fault
 * of the database or the node takes away.
 */
@HandlesJob(value = "test_work", backoff = "PT0.1S", backoffCap = "PT0.5S", maxAttempts = 100)
@ApplicationScoped
public class WorkJob implements JobHandler<WorkJob.Payload> {
    /**
     * What to do.
     *
     * @param effect whether a row is written in the transaction that completes the job
     * @param holdMs how long that transaction, and its connection, is held
     * @param deaf whether it works on after an interrupt
     */
    public record Payload(long sleepMs, boolean effect, long holdMs, boolean deaf) {}

    @PersistenceContext
    EntityManager entityManager;

    @Override
    public JobOutcome handle(Payload payload, JobContext context) throws InterruptedException, IOException {
        say(context, "start");
        work(payload);
        if (payload.effect()) {
            context.inCompletion();
            entityManager
                    .createNativeQuery("insert into testing.effects (job_id) values (:job)")
                    .setParameter("job", context.jobId())
                    .executeUpdate();
            Thread.sleep(payload.holdMs());
        }
        say(context, "end");
        return JobOutcome.completed();
    }

    private static void work(Payload payload) throws InterruptedException {
        long end = System.nanoTime() + payload.sleepMs() * 1_000_000;
        while (System.nanoTime() < end) {
            try {
                Thread.sleep(Math.max((end - System.nanoTime()) / 1_000_000, 1));
            } catch (InterruptedException interrupted) {
                if (!payload.deaf()) {
                    throw interrupted;
                }
            }
        }
    }

    private static void say(JobContext context, String event) throws IOException {
        String line = context.jobId() + " " + event + " "
                + ProcessHandle.current().pid() + " " + System.currentTimeMillis() + "\n";
        Files.writeString(
                Path.of(System.getenv("TEST_EXECUTIONS")), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
