package io.sluice.jobs.worker;

import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.attempts.Attempt;
import io.sluice.jobs.attempts.Completions;
import io.sluice.jobs.attempts.Ended;
import io.sluice.jobs.attempts.RunningAttempts;
import io.sluice.jobs.handlers.HandlerCatalog;
import io.sluice.jobs.handlers.RegisteredHandler;
import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.Claimable;
import io.sluice.jobs.queue.ClaimedJob;
import io.sluice.jobs.wakeup.News;
import io.sluice.jobs.wakeup.WakeUp;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Fills free slots with due jobs: at a wake-up, after a slot became free, and every few seconds anyhow. */
@ApplicationScoped
class ClaimLoop {
    private static final EventLog LOG = EventLog.of(ClaimLoop.class);
    private static final Duration UNSURE = Duration.ofSeconds(20);
    private static final Duration ANOTHER_LOOK = Duration.ofMillis(20);
    private static final Duration TELL_OF_REST = Duration.ofSeconds(1);
    private static final Duration STORE_FOR_LIMITED = Duration.ofMillis(20);

    /** While claim follows claim, the next one waits for half of the jobs to end, but not for those that take their time. */
    private static final Duration LONGEST_GATHERING = Duration.ofMillis(20);

    @Inject
    JobsSettings settings;

    @Inject
    HandlerCatalog catalog;

    @Inject
    Attempts attempts;

    @Inject
    RunningAttempts running;

    @Inject
    Runners runners;

    @Inject
    Completions completions;

    @Inject
    NodeState node;

    @Inject
    WakeUp wakeUp;

    @Inject
    LimitedWork limited;

    private final Heads heads = new Heads();
    private final FruitlessLooks fruitless = new FruitlessLooks(System.nanoTime());
    private boolean limitedFirst;
    private long storedForLimitedAt = System.nanoTime();
    private long toldOfRestAt = System.nanoTime() - TELL_OF_REST.toNanos();

    /** Until when a claim may have taken jobs that this node never heard of. */
    private long unsureUntil = System.nanoTime();

    private final ReentrantLock claiming = new ReentrantLock();

    void round(Runnable well) throws InterruptedException {
        long begun = System.nanoTime();
        try {
            while (node.id().isPresent() && claimOnce()) {
                // There may be more: one full look after another, until a look finds nothing or no slot is free.
                begun = System.nanoTime();
            }
        } finally {
            completions.leaveToClaims(false);
        }
        long ended = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(
                fruitless.restAfter(Duration.ofNanos(ended - begun), ended).toNanos());
        double jitter = 0.8 + 0.2 * ThreadLocalRandom.current().nextDouble();
        wakeUp.awaitWork(Duration.ofMillis(Math.round(settings.pollInterval().toMillis() * jitter)), well);
    }

    /** Returns once no claim is under way; after {@link NodeState#drain} none begins any more. */
    boolean awaitQuiet(Duration longest) throws InterruptedException {
        if (!claiming.tryLock(longest.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        claiming.unlock();
        return true;
    }

    /** Jobs with and without shared limits get the first choice of free slots in turn. */
    private boolean claimOnce() throws InterruptedException {
        claiming.lock();
        try {
            giveBackUnheld();
            heads.heard(wakeUp.takeNews());
            boolean first = limitedFirst ? storeEndsAndClaimLimited() : claimUnlimited();
            boolean second = limitedFirst ? claimUnlimited() : claimLimited();
            limitedFirst ^= first || second;
            return first || second;
        } catch (RuntimeException failure) {
            unsureUntil = System.nanoTime() + UNSURE.toNanos();
            heads.leftBehind();
            throw failure;
        } finally {
            claiming.unlock();
        }
    }

    /** A claim that failed may have been committed, even a while later: then its jobs are ours by their rows only. */
    private void giveBackUnheld() {
        UUID id = node.id().orElse(null);
        if (id != null && unsureUntil - System.nanoTime() > 0) {
            Attempts.GivenBack given = attempts.giveBackUnheld(id, node.name(), running.held());
            if (given.jobs() > 0) {
                LOG.warning("jobs given back, the answer to their claim was lost", "jobs", given.jobs());
                wakeUp.workCommitted(News.ALL);
            }
            if (given.locked()) {
                unsureUntil = System.nanoTime() + UNSURE.toNanos();
            }
        }
    }

    /** Takes along the ends that wait to be stored: their slots are filled by the same transaction that frees them. */
    private boolean claimUnlimited() throws InterruptedException {
        if (node.draining()) {
            return false;
        }
        List<Ended> ended = completions.take();
        Room room = room(ended);
        if (!room.any()) {
            completions.giveBack(ended);
            heads.leftBehind();
            return false;
        }
        heads.heard(Completions.typesOf(ended));
        if (ended.isEmpty() && heads.settled() && heads.types().isEmpty()) {
            if (!isPollDue()) {
                return false;
            }
            heads.leftBehind();
        }
        boolean fromStart = heads.lookFromStartDue();
        boolean everywhere = heads.lookEverywhereDue();
        boolean settled = heads.settled();
        long begun = System.nanoTime();
        Attempts.Turn turn = turn(ended, everywhere ? room : room.only(heads.types()));
        List<ClaimedJob> jobs = turn.jobs();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        boolean full = !jobs.isEmpty() && jobs.size() >= room.slots();
        heads.looked(fromStart, everywhere, full, jobs, took);
        if (room.slots() == 0) {
            heads.leftBehind();
        }
        jobs.forEach(this::begin);
        if (turn.passedOver()) {
            tellOfRest();
        }
        if (!jobs.isEmpty()) {
            completions.leaveToClaims(true);
            int many = Math.max(Math.min(running.count(), settings.concurrency()), 1);
            completions.awaitEnded(Math.max(many / 2, 1), many, gathering(took));
        }
        // Slots that this turn freed are no news but to jobs with limits, which may have been asked for before it.
        boolean newToLimited = !ended.isEmpty() && wakeUp.mayBeLimitedWork();
        boolean all = fromStart && (everywhere || settled) && !(settled && isPollDue());
        if (!all) {
            heads.leftBehind();
        }
        return !jobs.isEmpty() || !all || newToLimited;
    }

    /**
     * Another node that has room and looked at the same time found them locked, and waits for news. Said at once and then
     * each second, while there is a rest.
     */
    private void tellOfRest() {
        long now = System.nanoTime();
        if (!node.alone() && now - toldOfRestAt > TELL_OF_REST.toNanos()) {
            toldOfRestAt = now;
            wakeUp.workCommitted(News.ALL);
        }
    }

    /** News of some types may keep coming: whatever came in without any, or whose news got lost, must not wait for its end. */
    private boolean isPollDue() {
        Duration poll = settings.pollInterval();
        return heads.sinceSettled().compareTo(poll) > 0
                && wakeUp.sinceNothingWaited().compareTo(poll) > 0;
    }

    /** In proportion to what a turn costs: turns that bring a few jobs each must not take all the time. */
    private static Duration gathering(Duration turn) {
        Duration twice = turn.multipliedBy(2);
        return twice.compareTo(LONGEST_GATHERING) < 0 ? twice : LONGEST_GATHERING;
    }

    private Attempts.Turn turn(List<Ended> ended, Room room) {
        try {
            Attempts.Turn turn = attempts.turn(
                    node.id().orElseThrow(),
                    ended.stream().map(Ended::completion).toList(),
                    room.types(),
                    running.busyJobs(),
                    room.slots());
            completions.settledByClaim(ended, turn.stale());
            return turn;
        } catch (RuntimeException failure) {
            if (ended.isEmpty()) {
                throw failure;
            }
            completions.putOff(ended, failure);
            wakeUp.workIn(ANOTHER_LOOK);
            return Attempts.Turn.NOTHING;
        }
    }

    /** While claim follows claim, each fills the slots that it frees: jobs with limits would wait for the end of a backlog. */
    private boolean storeEndsAndClaimLimited() {
        long now = System.nanoTime();
        if (wakeUp.mayBeLimitedWork() && now - storedForLimitedAt > STORE_FOR_LIMITED.toNanos()) {
            storedForLimitedAt = now;
            completions.storeNow();
        }
        return claimLimited();
    }

    private boolean claimLimited() {
        return !node.draining()
                && wakeUp.mayBeLimitedWork()
                && limited.claim(node.id().orElseThrow(), room(List.of()), this::begin);
    }

    /** Threads are bounded too, and given-up handlers occupy some. */
    private Room room(List<Ended> ended) {
        Map<String, Integer> leaving = new HashMap<>();
        int sharedLeaving = 0;
        for (Ended each : ended) {
            leaving.merge(each.attempt().job().type(), 1, Integer::sum);
            sharedLeaving += each.attempt().handler().ownSlots() == 0 ? 1 : 0;
        }
        int shared = running.sharedCount() - sharedLeaving;
        int threads = Worker.THREADS_FOR_JOBS - catalog.ownSlots() - shared - running.abandonedCount();
        int slots = Math.max(Math.min(settings.concurrency() - shared, threads), 0);
        return new Room(
                slots,
                catalog.all().stream()
                        .map(handler -> claimable(handler, leaving.getOrDefault(handler.type(), 0)))
                        .toList());
    }

    private Claimable claimable(RegisteredHandler handler, int leaving) {
        Heads.Head head = heads.of(handler.type());
        return new Claimable(
                handler.type(),
                handler.policy().maxAttempts(),
                handler.timeout().toMillis(),
                handler.ownSlots() > 0 ? handler.ownSlots() : settings.concurrency(),
                running.countOf(handler.type()) - leaving,
                handler.ownSlots() > 0,
                head == null ? null : head.rank(),
                head == null ? null : head.id());
    }

    private void begin(ClaimedJob job) {
        RegisteredHandler handler = catalog.find(job.type()).orElseThrow();
        Attempt attempt = new Attempt(job, handler, node.name());
        running.add(attempt);
        runners.run(attempt);
    }
}
