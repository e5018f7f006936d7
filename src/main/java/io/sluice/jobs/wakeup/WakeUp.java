package io.sluice.jobs.wakeup;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Tells this node's threads that there may be work. Signals that come while a thread is busy are one signal: a burst of
 * enqueues costs one claim and one notification.
 */
@ApplicationScoped
public class WakeUp {
    /** As long as a heartbeat that has not seen a job yet may take to contradict what was heard of it. */
    private static final Duration RECENT = Duration.ofSeconds(3);

    /** Work that is due so close together costs one look. */
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** How often a thread that waits for work says that all is well. */
    private static final long WELL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** As many times as are remembered; work that is due later than all of these is found by polling. */
    private static final int MOST_TIMES = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<String> released = new LinkedHashSet<>();
    private final AtomicBoolean policiesChanged = new AtomicBoolean(true);
    private boolean claim;
    private News toClaim = News.ALL;
    private News toTell = News.NONE;
    private boolean tellLimited;
    private boolean limitedPending;
    private long limitedHeard = System.nanoTime() - RECENT.toNanos();
    private boolean tellOthers;
    private long nothingWaitedAt;
    private final long begun = System.nanoTime();

    /** When there will be work, in nanoseconds since the beginning. */
    private final NavigableSet<Long> times = new TreeSet<>();

    /** There is work that a commit of this node has just made visible. */
    public void workCommitted(News news) {
        signal(news, true);
    }

    /** The same, and some of it shares limits. */
    public void limitedWorkCommitted() {
        lock.lock();
        try {
            tellLimited = true;
            limitedWorkPossible();
            signal(News.NONE, true);
        } finally {
            lock.unlock();
        }
    }

    /** There may be jobs that share limits; looked for at the next claim. */
    public void limitedWorkPossible() {
        lock.lock();
        try {
            limitedHeard = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /** What the table says about jobs that share limits. What was not known before is looked at now. */
    public void limitedWorkPending(boolean pending) {
        lock.lock();
        try {
            if (pending && !limitedPending) {
                signal(News.NONE, false);
            }
            limitedPending = pending;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a claim should look for jobs that share limits; where nobody uses limits they cost nothing. */
    public boolean mayBeLimitedWork() {
        lock.lock();
        try {
            return limitedPending || !released.isEmpty() || System.nanoTime() - limitedHeard < RECENT.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** What operators set for types may have changed. */
    public void policiesChanged() {
        policiesChanged.set(true);
    }

    /** Whether what operators set for types may have changed since the last call. */
    public boolean takePoliciesChanged() {
        return policiesChanged.getAndSet(false);
    }

    /** These limits may have room again for the jobs that were found to wait for them. */
    public void released(Collection<String> limits) {
        if (!limits.isEmpty()) {
            lock.lock();
            try {
                released.addAll(limits);
                signal(News.NONE, false);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Limits released, those first that were released first; at most so many. The rest remains, and is work to look for. */
    public Set<String> takeReleased(int most) {
        lock.lock();
        try {
            Set<String> taken = released.stream().limit(most).collect(Collectors.toCollection(LinkedHashSet::new));
            released.removeAll(taken);
            claim |= !released.isEmpty();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** How many limits were released and not taken yet. */
    public int releasedCount() {
        lock.lock();
        try {
            return released.size();
        } finally {
            lock.unlock();
        }
    }

    /** What other nodes have not been told yet. */
    public News takeNewsForOthers() {
        lock.lock();
        try {
            News taken = toTell;
            toTell = News.NONE;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the news for other nodes is about jobs that share limits, since the last call. */
    public boolean takeLimitedNews() {
        lock.lock();
        try {
            boolean limited = tellLimited;
            tellLimited = false;
            return limited;
        } finally {
            lock.unlock();
        }
    }

    /** There may be work: a notification arrived, or a slot became free. */
    public void workPossible(News news) {
        signal(news, false);
    }

    /**
     * No job waited to be claimed: a look at the queue would find nothing that was there by then.
     *
     * @param asked when the question was sent, as by {@link System#nanoTime}
     */
    public void nothingWaited(long asked) {
        lock.lock();
        try {
            nothingWaitedAt = asked - begun;
        } finally {
            lock.unlock();
        }
    }

    /** How long ago that was so; since the start if it never was. */
    public Duration sinceNothingWaited() {
        lock.lock();
        try {
            return Duration.ofNanos(now() - nothingWaitedAt);
        } finally {
            lock.unlock();
        }
    }

    /** There will be work after {@code delay}. Each such time is remembered: retries seldom come alone. */
    public void workIn(Duration delay) {
        lock.lock();
        try {
            long at = (now() + delay.toNanos() + STEP_NANOS - 1) / STEP_NANOS * STEP_NANOS;
            times.add(at);
            if (times.size() > MOST_TIMES) {
                times.pollLast();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Blocks the claiming thread until there may be work, at most for {@code longest}. When it was not woken, there may be
     * work of any type, unless it was heard meanwhile that nothing waited.
     *
     * @param well called each second of the wait
     */
    public void awaitWork(Duration longest, Runnable well) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long since = now();
            long limit = since + longest.toNanos();
            while (!claim) {
                long until = (times.isEmpty() ? limit : Math.min(limit, times.first())) - now();
                if (until <= 0) {
                    toClaim = nothingWaitedAt > since ? toClaim : News.ALL;
                    break;
                }
                changed.await(Math.min(until, WELL_NANOS), TimeUnit.NANOSECONDS);
                well.run();
            }
            claim = false;
            hearOfPassedTimes();
        } finally {
            lock.unlock();
        }
    }

    /** What there may be to claim; what comes in later is said anew. */
    public News takeNews() {
        lock.lock();
        try {
            hearOfPassedTimes();
            News taken = toClaim;
            toClaim = News.NONE;
            claim = false;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Also while claim follows claim, and nobody waits. */
    private void hearOfPassedTimes() {
        NavigableSet<Long> passed = times.headSet(now(), true);
        if (!passed.isEmpty()) {
            passed.clear();
            toClaim = News.ALL;
        }
    }

    private long now() {
        return System.nanoTime() - begun;
    }

    /** Blocks the notifying thread until other nodes have something to hear, at most for {@code longest}. */
    public boolean awaitNews(Duration longest) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = longest.toNanos();
            while (!tellOthers && left > 0) {
                left = changed.awaitNanos(left);
            }
            boolean news = tellOthers;
            tellOthers = false;
            return news;
        } finally {
            lock.unlock();
        }
    }

    private void signal(News news, boolean committedHere) {
        lock.lock();
        try {
            claim = true;
            toClaim = toClaim.and(news);
            if (committedHere) {
                toTell = toTell.and(news);
                tellOthers = true;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
