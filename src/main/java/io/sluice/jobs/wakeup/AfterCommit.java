package io.sluice.jobs.wakeup;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Wakes the workers once the transaction of this thread has committed; never for one that was rolled back. */
@ApplicationScoped
public class AfterCommit {
    private static final String REGISTERED = AfterCommit.class.getName();
    private static final String LIMITED = REGISTERED + ".limited";

    @Inject
    WakeUp wakeUp;

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    TransactionSynchronizationRegistry transaction;

    /** One signal, however many jobs the transaction makes ready, and of whatever types. */
    public void wakeWorkers(News news) {
        Gathered gathered = (Gathered) transaction.getResource(REGISTERED);
        if (gathered == null) {
            Gathered all = new Gathered(news);
            transaction.putResource(REGISTERED, all);
            transaction.registerInterposedSynchronization(new Signal(() -> wakeUp.workCommitted(all.news)));
        } else {
            gathered.news = gathered.news.and(news);
        }
    }

    /** What one transaction has to tell; used by its thread. */
    private static final class Gathered {
        private News news;

        Gathered(News news) {
            this.news = news;
        }
    }

    /** Operators changed what holds for a type: nodes look at it before their next claims. */
    public void policiesChanged() {
        wakeForLimits();
        wakeWorkers(News.ALL);
        transaction.registerInterposedSynchronization(new Signal(wakeUp::policiesChanged));
    }

    /** Also says that some of the jobs share limits. */
    public void wakeForLimits() {
        if (transaction.getResource(LIMITED) == null) {
            transaction.putResource(LIMITED, true);
            transaction.registerInterposedSynchronization(new Signal(wakeUp::limitedWorkCommitted));
        }
    }

    /** Wakes this node's claiming thread when a job of the type is due; other nodes find it by polling. */
    public void wakeWorkers(String type, @Nullable Duration delay) {
        if (delay == null || delay.isZero()) {
            wakeWorkers(News.of(Set.of(type)));
        } else {
            transaction.registerInterposedSynchronization(new Signal(() -> wakeUp.workIn(delay)));
        }
    }

    /** The same for many jobs, each with a wait of its own; one whose time has passed needs none. */
    public void wakeWorkersIn(Set<Duration> waits) {
        if (!waits.isEmpty()) {
            transaction.registerInterposedSynchronization(new Signal(
                    () -> waits.stream().filter(wait -> !wait.isNegative()).forEach(wakeUp::workIn)));
        }
    }

    private record Signal(Runnable action) implements Synchronization {
        @Override
        public void beforeCompletion() {
            // Nothing is done before the outcome is known.
        }

        @Override
        public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
                action.run();
            }
        }
    }
}
