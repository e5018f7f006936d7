package io.sluice.jobs.worker;

import io.sluice.jobs.Job;
import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.attempts.Attempt;
import io.sluice.jobs.attempts.AttemptRunner;
import io.sluice.jobs.attempts.RunningAttempts;
import io.sluice.jobs.handlers.HandlerCatalog;
import io.sluice.jobs.handlers.RegisteredHandler;
import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.Claimable;
import io.sluice.jobs.queue.Holder;
import io.sluice.jobs.queue.WakeUp;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/** Fills free slots with due jobs: at a wake-up, after a slot became free, and every few seconds anyhow. */
@ApplicationScoped
class ClaimLoop {
    @Resource(lookup = Worker.EXECUTOR)
    ManagedExecutorService executor;

    @Inject
    JobsSettings settings;

    @Inject
    HandlerCatalog catalog;

    @Inject
    Attempts attempts;

    @Inject
    RunningAttempts running;

    @Inject
    AttemptRunner runner;

    @Inject
    NodeState node;

    @Inject
    WakeUp wakeUp;

    private final ReentrantLock claiming = new ReentrantLock();

    void round() throws InterruptedException {
        while (node.id().isPresent() && claimOnce()) {
            // There may be more: one full look after another, until a look finds nothing or no slot is free.
        }
        double jitter = 0.8 + 0.2 * ThreadLocalRandom.current().nextDouble();
        wakeUp.awaitWork(Duration.ofMillis(Math.round(settings.pollInterval().toMillis() * jitter)));
    }

    /** Returns once no claim is under way; after {@link NodeState#drain} none begins any more. */
    boolean awaitQuiet(Duration longest) throws InterruptedException {
        if (!claiming.tryLock(longest.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)) {
            return false;
        }
        claiming.unlock();
        return true;
    }

    private boolean claimOnce() {
        claiming.lock();
        try {
            int slots = freeSlots();
            if (node.draining() || slots <= 0) {
                return false;
            }
            UUID id = node.id().orElseThrow();
            List<Job> jobs = attempts.claim(id, claimable(), running.busyJobs(), slots);
            jobs.forEach(this::begin);
            return !jobs.isEmpty();
        } finally {
            claiming.unlock();
        }
    }

    private int freeSlots() {
        int threads = Worker.THREADS_FOR_JOBS - running.count() - running.abandonedCount();
        return Math.min(settings.concurrency() - running.count(), threads);
    }

    private List<Claimable> claimable() {
        return catalog.all().stream()
                .map(handler -> new Claimable(
                        handler.type(),
                        handler.policy().maxAttempts(),
                        handler.timeout().toMillis(),
                        settings.concurrency(),
                        running.countOf(handler.type())))
                .toList();
    }

    private void begin(Job job) {
        RegisteredHandler handler = catalog.find(job.type()).orElseThrow();
        if (node.draining()) {
            // The stop came while the claim was under way.
            Holder holder = new Holder(job.id(), Objects.requireNonNull(job.fencingToken()), node.name());
            attempts.giveBack(holder, "interrupted", "Its node was stopped.", Duration.ZERO);
            return;
        }
        Attempt attempt = new Attempt(job, handler, node.name());
        running.add(attempt);
        executor.execute(() -> runner.run(attempt));
    }
}
