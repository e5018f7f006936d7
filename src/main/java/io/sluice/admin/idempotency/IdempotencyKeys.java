package io.sluice.admin.idempotency;

import io.sluice.admin.RefusedException;
import io.sluice.problems.ProblemCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs a keyed request once. {@link #begin} opens a transaction on the thread and leaves it open for the request's own
 * work, which joins it; {@link #finish} writes the answer into it and commits; {@link #abandon} rolls it back.
 */
@ApplicationScoped
public class IdempotencyKeys {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    @Inject
    IdempotencyRepository repository;

    @Inject
    UserTransaction transaction;

    /**
     * Opens the request's transaction, unless an answer is kept; then there is none. Waits while the same key is being
     * worked on, without holding a connection.
     *
     * @return the kept answer; empty: go ahead, in the transaction that is open now
     * @throws IdempotencyMismatchException if the key belongs to another request
     * @throws RefusedException with code CONFLICT, retryable, if the other one takes longer than ten seconds
     */
    Optional<KeptAnswer> begin(KeyedRequest request) {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        long pause = FIRST_PAUSE.toNanos();
        while (true) {
            open();
            boolean goesAhead = false;
            try {
                if (repository.tryLock(request)) {
                    Optional<IdempotencyRepository.Found> found = repository.find(request);
                    goesAhead = found.isEmpty();
                    return found.map(kept -> answerTo(request, kept));
                }
            } finally {
                if (!goesAhead) {
                    abandon();
                }
            }
            if (System.nanoTime() >= deadline) {
                throw new RefusedException(
                        ProblemCode.CONFLICT,
                        "A request with this Idempotency-Key is still running; repeat this one later.",
                        true);
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
        }
    }

    private static KeptAnswer answerTo(KeyedRequest request, IdempotencyRepository.Found kept) {
        if (!request.fingerprints().contains(kept.fingerprint())) {
            throw new IdempotencyMismatchException();
        }
        return kept.answer();
    }

    /**
     * Keeps the answer and commits it together with what the request did.
     *
     * @throws RollbackException if the transaction cannot commit; then neither is kept
     */
    void finish(KeyedRequest request, KeptAnswer answer) throws RollbackException {
        try {
            repository.keep(request, answer);
        } catch (RuntimeException failed) {
            abandon();
            throw failed;
        }
        commit();
    }

    /** Keeps the answer of a request that was refused and rolled back, unless somebody works on the key again. */
    void keepRefusal(KeyedRequest request, KeptAnswer answer) throws RollbackException {
        open();
        boolean mine = false;
        try {
            mine = repository.tryLock(request);
            if (mine) {
                finish(request, answer);
            }
        } finally {
            if (!mine) {
                abandon();
            }
        }
    }

    /** Deletes all expired answers, some at a time. */
    void deleteExpired() throws RollbackException {
        int deleted;
        do {
            open();
            try {
                deleted = repository.deleteExpired();
            } catch (RuntimeException failed) {
                abandon();
                throw failed;
            }
            commit();
        } while (deleted > 0);
    }

    private void open() {
        try {
            transaction.begin();
        } catch (NotSupportedException | SystemException broken) {
            throw new IllegalStateException("A transaction cannot begin.", broken);
        }
    }

    private void commit() throws RollbackException {
        try {
            transaction.commit();
        } catch (SystemException | HeuristicMixedException | HeuristicRollbackException broken) {
            throw new IllegalStateException("A transaction cannot commit.", broken);
        }
    }

    /** Rolls back what is open on this thread, if anything is. */
    void abandon() {
        try {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        } catch (SystemException broken) {
            throw new IllegalStateException("A transaction cannot be rolled back.", broken);
        }
    }
}
