package io.sluice.events;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells all nodes that events were committed: after the commit, and once for all commits that end meanwhile, because
 * PostgreSQL lets transactions that notify commit only one after the other. Nothing is lost when it fails: who listens
 * also looks by itself.
 */
@ApplicationScoped
public class NewsOfEvents {
    private static final String REGISTERED = NewsOfEvents.class.getName();

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    TransactionSynchronizationRegistry transaction;

    @Resource
    ManagedExecutorService executor;

    @Inject
    FeedRepository repository;

    @Inject
    NewsOfEvents self;

    private final AtomicBoolean underWay = new AtomicBoolean();

    /** Events are being published in the transaction of this thread. */
    void published() {
        if (transaction.getResource(REGISTERED) == null) {
            transaction.putResource(REGISTERED, true);
            transaction.registerInterposedSynchronization(new AfterCommit());
        }
    }

    /** Tells them, in a transaction of its own. */
    @Transactional(TxType.REQUIRES_NEW)
    public void tell() {
        repository.tell(EventFeed.CHANNEL);
    }

    private void committed() {
        if (underWay.compareAndSet(false, true)) {
            try {
                executor.execute(this::tellOnce);
            } catch (RejectedExecutionException goingDown) {
                underWay.set(false);
            }
        }
    }

    private void tellOnce() {
        // From here on another commit wants another notification.
        underWay.set(false);
        try {
            self.tell();
        } catch (RuntimeException databaseIsAway) {
            // Who listens looks once a second anyway.
        }
    }

    private final class AfterCommit implements Synchronization {
        @Override
        public void beforeCompletion() {
            // Nothing is said before the outcome is known.
        }

        @Override
        public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
                committed();
            }
        }
    }
}
