package io.sluice.jobs.queue;

import io.sluice.jobs.Job;
import io.sluice.jobs.queue.LimitRepository.Mark;
import io.sluice.jobs.queue.LimitRepository.Waiting;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Takes jobs that share limits. Limits are judged by one node at a time, under a lock that the commit of the claim gives
 * back, from a count of what runs: never one job too many, and no counter that a crash could falsify. A due job without
 * room is marked with its limit and looked at again when that limit has room, so that any number of waiting jobs costs the
 * others nothing.
 */
@ApplicationScoped
public class LimitedClaims {
    private static final String KEY = "key:";

    @Inject
    LimitRepository limits;

    /**
     * What came of a look.
     *
     * @param judged false: another node was judging limits; look again soon
     * @param more whether another look may find more
     * @param forOthers whether jobs became claimable that this node has no slot for
     */
    public record Taken(List<Job> jobs, boolean judged, boolean more, boolean forOthers) {}

    /** The name of the limit of a concurrency key, as jobs are marked with it. */
    public static String ofKey(String concurrencyKey) {
        return KEY + concurrencyKey;
    }

    /**
     * Takes due jobs that share a limit with room.
     *
     * @param busy jobs that still occupy a thread of this node; never taken
     * @param slots most jobs to take of types without slots of their own
     * @param released limits that may have room again for jobs marked with them
     */
    @Transactional(TxType.REQUIRES_NEW)
    public Taken claim(
            UUID node, Collection<Claimable> known, Collection<UUID> busy, int slots, Collection<String> released) {
        if (!limits.tryLock()) {
            return new Taken(List.of(), false, true, false);
        }
        List<Waiting> waiting = limits.waiting(known, busy, released);
        if (waiting.isEmpty()) {
            return new Taken(List.of(), true, false, false);
        }
        Verdicts verdicts = judge(waiting, slots);
        List<Job> jobs = verdicts.claims.isEmpty() ? List.of() : limits.claim(node, known, verdicts.claims);
        if (!verdicts.marks.isEmpty()) {
            limits.mark(verdicts.marks);
        }
        return new Taken(jobs, true, !jobs.isEmpty() || !verdicts.marks.isEmpty(), verdicts.forOthers);
    }

    /** The limits that jobs are marked with, for a look that leaves nothing to what was heard or missed. */
    @Transactional(TxType.REQUIRES_NEW)
    public List<String> blocking() {
        return limits.blocking();
    }

    /** In the queue's order; a job that has room but no slot here keeps its room for another node. */
    private Verdicts judge(List<Waiting> waiting, int slots) {
        Set<String> keys = new TreeSet<>();
        waiting.forEach(job -> keys.add(job.key()));
        Map<String, Integer> running = new HashMap<>(limits.running(keys));
        Map<String, Integer> taken = new HashMap<>();
        Verdicts verdicts = new Verdicts();
        int left = slots;
        for (Waiting job : waiting) {
            boolean room = running.getOrDefault(job.key(), 0) < job.limit();
            if (!room) {
                if (!job.blocked()) {
                    verdicts.marks.add(new Mark(job.id(), ofKey(job.key())));
                }
                continue;
            }
            running.merge(job.key(), 1, Integer::sum);
            boolean slot = taken.getOrDefault(job.type(), 0) < job.free() && (job.own() || left > 0);
            if (slot) {
                taken.merge(job.type(), 1, Integer::sum);
                left -= job.own() ? 0 : 1;
                verdicts.claims.add(job.id());
            } else if (job.blocked()) {
                verdicts.marks.add(new Mark(job.id(), null));
                verdicts.forOthers = true;
            }
        }
        return verdicts;
    }

    private static final class Verdicts {
        private final List<UUID> claims = new ArrayList<>();
        private final List<Mark> marks = new ArrayList<>();
        private boolean forOthers;
    }
}
