package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

/** Hangs until its interrupt, swallows it, goes on for a while, and then writes and returns as if nothing had happened. */
@HandlesJob(value = "test_late", timeout = "PT1S", backoff = "PT0.1S")
@ApplicationScoped
public class LateJob implements JobHandler<LateJob.Payload> {
    /** How long it goes on, in milliseconds. */
    public record Payload(long afterMs) {}

    @PersistenceContext
    EntityManager entityManager;

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        Ledger.write(context.jobId(), context.attempt(), "start");
        boolean interrupted = false;
        long end = Long.MAX_VALUE;
        while (System.nanoTime() < end) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException swallowed) {
                end = interrupted ? end : System.nanoTime() + payload.afterMs() * 1_000_000;
                interrupted = true;
            }
        }
        context.inCompletion();
        entityManager
                .createNativeQuery("insert into testing.effects (job_id) values (:job)")
                .setParameter("job", context.jobId())
                .executeUpdate();
        Ledger.write(context.jobId(), context.attempt(), "written");
        return JobOutcome.completed();
    }
}
