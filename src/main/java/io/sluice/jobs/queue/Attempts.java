package io.sluice.jobs.queue;

import io.sluice.jobs.StaleAttemptException;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a node takes jobs and gives account of them. Every method that returns a boolean says whether the job was still
 * held; false means that it had been taken away and nothing was changed.
 */
@ApplicationScoped
public class Attempts {
    @Inject
    ClaimRepository claims;

    @Inject
    AttemptRepository attempts;

    @Inject
    CompletionRepository completed;

    @Inject
    JobEvents events;

    /**
     * What one transaction brought.
     *
     * @param jobs now held by this node, in the order of the queue
     * @param passedOver whether due jobs were left that nodes which looked at the same time can't have seen
     * @param stale fencing tokens of ends that were not stored, because their claims were not valid any more
     */
    public record Turn(List<ClaimedJob> jobs, boolean passedOver, Set<Long> stale) {
        public static final Turn NOTHING = new Turn(List.of(), false, Set.of());
    }

    /**
     * Ends jobs well, and takes due jobs that share no limit, in the order of their ranks: two statements, one commit.
     *
     * @param ended any number of jobs, none included
     * @param busy jobs that may still occupy a thread of this node, whatever the table says; never taken
     * @param slots most jobs to take of types without slots of their own
     */
    @Transactional(TxType.REQUIRES_NEW)
    public Turn turn(UUID node, List<Completion> ended, Collection<Claimable> known, Collection<UUID> busy, int slots) {
        Set<Long> stale = ended.isEmpty() ? Set.of() : completeAll(ended);
        ClaimRepository.Claim claim = claims.claim(node, known, busy, slots);
        return new Turn(claim.jobs(), claim.passedOver(), stale);
    }

    /** Ends a job well. */
    @Transactional(TxType.REQUIRES_NEW)
    public boolean complete(Holder holder, String result) {
        return completed.complete(List.of(new Completion(holder, result))).isEmpty();
    }

    /** Ends many jobs well; returns the fencing tokens of those that were not held any more. */
    @Transactional(TxType.REQUIRES_NEW)
    public Set<Long> completeAll(List<Completion> completions) {
        Set<Long> stale = completed.complete(completions);
        completed.settle();
        return stale;
    }

    /**
     * The same, but for jobs whose rows somebody else keeps locked. Fails soon where it is a job that waits for one of them.
     *
     * @return what was not stored
     */
    @Transactional(TxType.REQUIRES_NEW)
    public Unstored completeUnlocked(List<Completion> completions) {
        Unstored unstored = completed.completeUnlocked(completions);
        completed.settle();
        return unstored;
    }

    /**
     * Ends that were not stored, by their fencing tokens.
     *
     * @param stale those that were not held any more
     * @param locked those to try again
     */
    public record Unstored(Set<Long> stale, Set<Long> locked) {}

    /**
     * The good end of an attempt.
     *
     * @param result JSON
     */
    public record Completion(Holder holder, String result) {}

    /** Ends a job well in the transaction that its handler opened. */
    @Transactional(TxType.MANDATORY)
    public boolean completeInOpenTransaction(Holder holder, String result) {
        return completed.complete(List.of(new Completion(holder, result))).isEmpty();
    }

    /**
     * Records a failed attempt: the job waits for {@code delay} and runs again if the failure is retryable and attempts
     * are left; otherwise it has failed.
     *
     * @param outcome {@code failed} or {@code timed_out}
     */
    @Transactional(TxType.REQUIRES_NEW)
    public boolean fail(Holder holder, String outcome, Cause cause, boolean retryable, Duration delay) {
        AttemptRepository.Failure failure =
                attempts.fail(holder, outcome, cause, retryable, delay).orElse(null);
        if (failure == null) {
            return false;
        }
        JobEvents.Failed dead = failure.dead();
        if (dead != null) {
            events.publish(List.of(dead));
        }
        return true;
    }

    /**
     * Why an attempt failed.
     *
     * @param told whether others than operators may read it
     */
    public record Cause(String error, boolean told) {}

    /**
     * Puts a job back without counting the attempt.
     *
     * @param outcome {@code snoozed} or {@code interrupted}
     * @param delay zero: it keeps its place in the queue
     */
    @Transactional(TxType.REQUIRES_NEW)
    public boolean giveBack(Holder holder, String outcome, @Nullable String error, Duration delay) {
        return attempts.giveBack(holder, outcome, error, delay);
    }

    /** Ends a job because a person asked for it. */
    @Transactional(TxType.REQUIRES_NEW)
    public boolean cancel(Holder holder, String error) {
        return attempts.cancel(holder, error);
    }

    /**
     * Puts back whatever a node still holds, without counting the attempts. The node is about to go: what is locked is
     * rescued by others as soon as it is free.
     *
     * @return how many jobs
     */
    @Transactional(TxType.REQUIRES_NEW)
    public int giveAllBack(UUID node, String worker, String error) {
        return attempts.giveBackUnheld(node, worker, "[]", error).jobs();
    }

    /**
     * Puts back what a node holds by its row and doesn't know of: the answer to its claim was lost. No claim of the node may
     * be under way.
     */
    @Transactional(TxType.REQUIRES_NEW)
    public GivenBack giveBackUnheld(UUID node, String worker, Collection<Nodes.Claim> held) {
        return attempts.giveBackUnheld(
                node, worker, Json.write(held), "The answer to its claim was lost; it was not begun.");
    }

    /**
     * Jobs that were put back together.
     *
     * @param locked whether some were left because somebody else has locked a row
     */
    public record GivenBack(int jobs, boolean locked) {}

    /**
     * Keeps the job where it is until the caller's transaction ends.
     *
     * @throws StaleAttemptException if it is no longer held
     */
    @Transactional(TxType.MANDATORY)
    public void requireOwnership(Holder holder) {
        if (!attempts.own(holder)) {
            throw new StaleAttemptException(holder.jobId(), holder.fencingToken());
        }
    }

    /** Stores how far a job is; leaves it out when the job's row is locked, even by the caller's own transaction. */
    @Transactional(TxType.REQUIRES_NEW)
    public void progress(Holder holder, int percent, String message) {
        attempts.progress(holder, percent, message);
    }
}
