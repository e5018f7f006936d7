package io.sluice.jobs.attempts;

import io.sluice.database.Contention;
import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.Attempts.Completion;
import io.sluice.jobs.queue.Attempts.Unstored;
import io.sluice.jobs.wakeup.News;
import io.sluice.logging.LogMembers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stores the good ends of attempts, as many in one statement as have come since the last one: alone a job waits for
 * nobody, in a burst a thousand share one commit. While claim follows claim, the claiming thread takes them along in the
 * transaction of its next claim; at all other times a thread of their own stores them. An attempt keeps its slot until its
 * end is stored, so that no more jobs are at risk than the node has slots.
 */
@ApplicationScoped
public class Completions {
    private static final int MOST = 1_000;
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final int MOST_CHARACTERS = 4_000_000;

    @Inject
    Attempts attempts;

    @Inject
    AttemptRecorder recorder;

    @Inject
    WorkerFigures figures;

    @Inject
    RunningAttempts running;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Ended> waiting = new ArrayDeque<>();
    private final LockedEnds locked = new LockedEnds();
    private boolean leftToClaims;

    /** The database said that it will never take one of those that wait: each of them is stored by itself. */
    private volatile boolean oneIsRefused;

    /** How many ends must wait for somebody to be woken: a signal for each would cost as much as the job. */
    private int wanted = 1;

    /** Takes over the end of an attempt and the duty to free its slot. */
    void add(Attempt attempt, String result) {
        lock.lock();
        try {
            waiting.addLast(new Ended(attempt, result));
            if (waiting.size() >= wanted) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a claim that is about to come takes along what waits here. */
    public void leaveToClaims(boolean leave) {
        lock.lock();
        try {
            leftToClaims = leave;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until so many ends wait, at most for {@code longest}, and then as long again, at most for a moment, for all
     * others: those that take as long as the first did come along then.
     */
    public void awaitEnded(int atLeast, int all, Duration longest) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long begun = System.nanoTime();
            awaitWaiting(atLeast, longest.toNanos());
            if (waiting.size() >= atLeast) {
                awaitWaiting(all, Math.min(System.nanoTime() - begun, MOMENT_NANOS));
            }
        } finally {
            wanted = 1;
            lock.unlock();
        }
    }

    private void awaitWaiting(int ends, long nanos) throws InterruptedException {
        long left = nanos;
        wanted = ends;
        while (waiting.size() < ends && left > 0) {
            left = changed.awaitNanos(left);
        }
    }

    /** Hands over what waits. Whoever takes it says what became of it: {@link #settledByClaim} or {@link #giveBack}. */
    public List<Ended> take() {
        List<Ended> taken = new ArrayList<>();
        lock.lock();
        try {
            int characters = 0;
            while (!waiting.isEmpty() && taken.size() < MOST && characters < MOST_CHARACTERS) {
                Ended next = waiting.removeFirst();
                characters += next.result().length();
                taken.add(next);
            }
        } finally {
            lock.unlock();
        }
        return held(taken);
    }

    /** Without those that were taken away meanwhile. */
    private List<Ended> held(List<Ended> taken) {
        List<Ended> lost =
                taken.stream().filter(each -> each.attempt().isLost()).toList();
        lost.forEach(this::drop);
        taken.removeAll(lost);
        return taken;
    }

    /** They are not stored; somebody else tries. */
    public void giveBack(List<Ended> taken) {
        lock.lock();
        try {
            for (int i = taken.size() - 1; i >= 0; i--) {
                waiting.addFirst(taken.get(i));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * They are stored by a claim that has filled their slots where there was work for them, but for those whose claim was
     * not valid any more.
     */
    public void settledByClaim(List<Ended> taken, Set<Long> staleTokens) {
        running.clearAll(settled(taken, staleTokens));
    }

    /** Counts those that are stored and returns them; their slots are not free yet. */
    private List<Attempt> settled(List<Ended> taken, Set<Long> staleTokens) {
        List<Attempt> stored = new ArrayList<>(taken.size());
        for (Ended each : taken) {
            if (staleTokens.contains(each.token())) {
                drop(each);
            } else {
                figures.ended(each.attempt(), "completed");
                stored.add(each.attempt());
            }
        }
        return stored;
    }

    /**
     * Stores what waits and is not left to a claim; waits up to a second for the first. Called by one thread, again and
     * again, also after a failure.
     */
    public void round() throws InterruptedException {
        List<Ended> batch = mine();
        if (oneIsRefused) {
            oneIsRefused = false;
            storeOneByOne(batch);
        } else {
            store(batch);
        }
        storeUnlocked(held(locked.takeDue()));
    }

    /** Stores what waits, also what is left to a claim: its slots are wanted for jobs that no claim takes along. */
    public void storeNow() {
        store(take());
    }

    private void store(List<Ended> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            running.removeAll(settled(batch, attempts.completeAll(completions(batch))), typesOf(batch));
        } catch (RuntimeException failure) {
            putOff(batch, failure);
        }
    }

    /**
     * They could not be stored together. Where one of them was locked, the others are stored at once; where the database
     * refuses one for good, the thread of the ends finds out which.
     *
     * @throws RuntimeException the failure, if it was none of theirs: somebody tries again
     */
    public void putOff(List<Ended> taken, RuntimeException failure) {
        if (Contention.waitedTooLong(failure)) {
            storeUnlocked(taken);
            return;
        }
        giveBack(taken);
        if (!AttemptRecorder.isRefused(failure)) {
            throw failure;
        }
        oneIsRefused = true;
        leaveToClaims(false);
    }

    /**
     * Stores those whose rows nobody has locked, and tries the others again each second. Where one can't be stored because a
     * job that waits for it is locked, each is stored by itself, so that the others don't share its fate.
     */
    private void storeUnlocked(List<Ended> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            Unstored unstored = attempts.completeUnlocked(completions(batch));
            List<Ended> left = batch.stream()
                    .filter(each -> unstored.locked().contains(each.token()))
                    .toList();
            locked.add(left);
            List<Ended> rest = new ArrayList<>(batch);
            rest.removeAll(left);
            running.removeAll(settled(rest, unstored.stale()), typesOf(rest));
        } catch (RuntimeException failure) {
            if (!Contention.waitedTooLong(failure)) {
                putOff(batch, failure);
            } else if (batch.size() == 1) {
                locked.add(batch);
            } else {
                storeUnlockedOneByOne(batch);
            }
        }
    }

    private void storeUnlockedOneByOne(List<Ended> batch) {
        for (int i = 0; i < batch.size(); i++) {
            try {
                storeUnlocked(batch.subList(i, i + 1));
            } catch (RuntimeException failure) {
                giveBack(batch.subList(i + 1, batch.size()));
                throw failure;
            }
        }
    }

    private static List<Completion> completions(List<Ended> batch) {
        return batch.stream().map(Ended::completion).toList();
    }

    /** Types whose own limits may have room again. */
    public static News typesOf(List<Ended> ended) {
        return News.of(ended.stream().map(each -> each.attempt().job().type()).toList());
    }

    private List<Ended> mine() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.SECONDS.toNanos(1);
            while ((waiting.isEmpty() || leftToClaims) && left > 0) {
                left = changed.awaitNanos(left);
            }
            return waiting.isEmpty() || leftToClaims ? List.of() : take();
        } finally {
            lock.unlock();
        }
    }

    /** The job was taken away meanwhile: its end is dropped. */
    private void drop(Ended stale) {
        LogMembers.set("job_id", stale.attempt().job().id().toString());
        LogMembers.set("job_type", stale.attempt().job().type());
        recorder.stale(stale.attempt());
        LogMembers.set("job_id", null);
        LogMembers.set("job_type", null);
        running.remove(stale.attempt());
    }

    /** The database refuses one of them for good: the others shall not share its fate. */
    private void storeOneByOne(List<Ended> batch) {
        for (Ended each : batch) {
            recorder.record(
                    each.attempt(),
                    "completed",
                    () -> attempts.complete(each.attempt().holder(), each.result()));
        }
        running.removeAll(batch.stream().map(Ended::attempt).toList(), News.ALL);
    }
}
