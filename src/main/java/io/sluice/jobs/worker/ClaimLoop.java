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
import io.sluice.jobs.queue.LimitedClaims;
import io.sluice.jobs.wakeup.WakeUp;
import io.sluice.logging.EventLog;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/** Fills free slots with due jobs: at a wake-up, after a slot became free, and every few seconds anyhow. */
@ApplicationScoped
class ClaimLoop {
    private static final EventLog LOG = EventLog.of(ClaimLoop.class);
    private static final Duration UNSURE = Duration.ofSeconds(20);
    private static final Duration ANOTHER_LOOK = Duration.ofMillis(20);

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

    @Inject
    LimitedClaims limits;

    private boolean limitedFirst;

    /** Until when a claim may have taken jobs that this node never heard of. */
    private long unsureUntil = System.nanoTime();

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

    /** Jobs with and without shared limits get the first choice of free slots in turn. */
    private boolean claimOnce() {
        claiming.lock();
        try {
            giveBackUnheld();
            limitedFirst = !limitedFirst;
            boolean first = limitedFirst ? claimLimited() : claimUnlimited();
            boolean second = limitedFirst ? claimUnlimited() : claimLimited();
            return first || second;
        } catch (RuntimeException failure) {
            unsureUntil = System.nanoTime() + UNSURE.toNanos();
            throw failure;
        } finally {
            claiming.unlock();
        }
    }

    /** A claim that failed may have been committed, even a while later: then its jobs are ours by their rows only. */
    private void giveBackUnheld() {
        UUID id = node.id().orElse(null);
        if (id != null && unsureUntil - System.nanoTime() > 0) {
            int jobs = attempts.giveBackUnheld(id, node.name(), running.held());
            if (jobs > 0) {
                LOG.warning("jobs given back, the answer to their claim was lost", "jobs", jobs);
                wakeUp.workCommitted();
            }
        }
    }

    private boolean claimUnlimited() {
        int slots = freeSlots();
        List<Claimable> claimable = claimable();
        if (node.draining() || !hasRoom(slots, claimable)) {
            return false;
        }
        UUID id = node.id().orElseThrow();
        List<Job> jobs = attempts.claim(id, claimable, running.busyJobs(), slots);
        jobs.forEach(this::begin);
        return !jobs.isEmpty();
    }

    private boolean claimLimited() {
        if (node.draining() || !wakeUp.mayBeLimitedWork()) {
            return false;
        }
        Set<String> released = wakeUp.takeReleased();
        int slots = freeSlots();
        List<Claimable> claimable = claimable();
        if (released.isEmpty() && !hasRoom(slots, claimable)) {
            return false;
        }
        UUID id = node.id().orElseThrow();
        LimitedClaims.Taken taken = judged(id, claimable, slots, released);
        taken.jobs().forEach(this::begin);
        if (!taken.judged()) {
            wakeUp.released(released);
            wakeUp.workIn(ANOTHER_LOOK);
            return false;
        }
        wakeUp.released(taken.again());
        if (taken.nextToken() != null) {
            wakeUp.workIn(taken.nextToken());
        }
        if (taken.forOthers()) {
            wakeUp.limitedWorkCommitted();
        }
        return taken.more();
    }

    /** A look that fails must not forget what it was told. */
    private LimitedClaims.Taken judged(UUID id, List<Claimable> claimable, int slots, Set<String> released) {
        try {
            return limits.claim(id, claimable, running.busyJobs(), slots, released);
        } catch (RuntimeException failure) {
            wakeUp.released(released);
            throw failure;
        }
    }

    private static boolean hasRoom(int slots, List<Claimable> claimable) {
        return slots > 0 || claimable.stream().anyMatch(type -> type.own() && type.running() < type.concurrency());
    }

    /** Of the slots that types share; threads are bounded too, and given-up handlers occupy some. */
    private int freeSlots() {
        int threads = Worker.THREADS_FOR_JOBS - catalog.ownSlots() - running.sharedCount() - running.abandonedCount();
        return Math.max(Math.min(settings.concurrency() - running.sharedCount(), threads), 0);
    }

    private List<Claimable> claimable() {
        return catalog.all().stream()
                .map(handler -> new Claimable(
                        handler.type(),
                        handler.policy().maxAttempts(),
                        handler.timeout().toMillis(),
                        handler.ownSlots() > 0 ? handler.ownSlots() : settings.concurrency(),
                        running.countOf(handler.type()),
                        handler.ownSlots() > 0))
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
