package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.Map;

/** Writes a row and enqueues a job in the transaction that completes it, after a while if it is told to. */
@HandlesJob(value = "test_effect", backoff = "PT0.1S")
@ApplicationScoped
public class EffectJob implements JobHandler<EffectJob.Payload> {
    /**
     * What to do between the write and the return.
     *
     * @param then {@code complete}, {@code fail}, {@code own} or {@code stolen}
     */
    public record Payload(String then, long sleepMs, String pendingKey) {}

    @PersistenceContext
    EntityManager entityManager;

    @Inject
    JobQueue queue;

    @Override
    public JobOutcome handle(Payload payload, JobContext context) throws InterruptedException {
        Ledger.write(context.jobId(), context.attempt(), "start");
        context.inCompletion();
        if (payload.then().equals("own")) {
            context.requireOwnership();
        }
        entityManager
                .createNativeQuery("insert into testing.effects (job_id) values (:job)")
                .setParameter("job", context.jobId())
                .executeUpdate();
        NewJob next = NewJob.of("test_sleep", Map.of("sleep_ms", 0));
        queue.enqueue(payload.pendingKey() == null ? next : next.withPendingKey(payload.pendingKey()));
        Ledger.write(context.jobId(), context.attempt(), "written");
        Thread.sleep(payload.sleepMs());
        if (payload.then().equals("fail")) {
            throw new IllegalStateException("told to fail");
        }
        if (payload.then().equals("stolen")) {
            Ledger.steal(context.jobId());
        }
        return JobOutcome.completed(Map.of("done", true));
    }
}
