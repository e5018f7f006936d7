package io.sluice.jobs.queue;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells this node's threads that there may be work. Signals that come while a thread is busy are one signal: a burst of
 * enqueues costs one claim and one notification.
 */
@ApplicationScoped
public class WakeUp {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean claim;
    private boolean tellOthers;
    private long claimAt = Long.MAX_VALUE;

    /** There is work that a commit of this node has just made visible. */
    public void workCommitted() {
        signal(true);
    }

    /** There may be work: a notification arrived, or a slot became free. */
    public void workPossible() {
        signal(false);
    }

    /** There will be work after {@code delay}. */
    public void workIn(Duration delay) {
        lock.lock();
        try {
            long at = System.nanoTime() + delay.toNanos();
            if (claimAt == Long.MAX_VALUE || at - claimAt < 0) {
                claimAt = at;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Blocks the claiming thread until there may be work, at most for {@code longest}. */
    public void awaitWork(Duration longest) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long limit = System.nanoTime() + longest.toNanos();
            while (!claim) {
                long now = System.nanoTime();
                long until = claimAt == Long.MAX_VALUE ? limit - now : Math.min(limit - now, claimAt - now);
                if (until <= 0) {
                    break;
                }
                changed.await(until, TimeUnit.NANOSECONDS);
            }
            claim = false;
            if (claimAt != Long.MAX_VALUE && claimAt - System.nanoTime() <= 0) {
                claimAt = Long.MAX_VALUE;
            }
        } finally {
            lock.unlock();
        }
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

    private void signal(boolean committedHere) {
        lock.lock();
        try {
            claim = true;
            tellOthers |= committedHere;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
