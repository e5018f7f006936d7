package io.sluice.jobs.queue;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.sluice.jobs.queue.LimitRepository.Mark;
import io.sluice.jobs.queue.LimitRepository.Took;
import io.sluice.jobs.queue.LimitRepository.Waiting;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes jobs that share limits. Limits are judged by one node at a time, under a lock that the commit of the claim gives
 * back, from a count of what runs: never one job too many, and no counter that a crash could falsify. A due job without
 * room is marked with its limit and looked at again when that limit has room, so that any number of waiting jobs costs the
 * others nothing.
 */
@ApplicationScoped
public class LimitedClaims {
    /** How many limits are named at once. */
    public static final int MOST_BLOCKING = 10_000;

    @Inject
    LimitRepository limits;

    /**
     * What came of a look.
     *
     * @param judged false: another node was judging limits; look again soon
     * @param more whether another look may find more
     * @param forOthers whether jobs became claimable that this node has no slot for
     * @param again limits behind which more jobs may have room
     * @param nextToken when a type that waits for its rate may start another job; null: none does
     */
    public record Taken(
            List<ClaimedJob> jobs,
            boolean judged,
            boolean more,
            boolean forOthers,
            Set<String> again,
            @Nullable Duration nextToken) {}

    /**
     * Limits that jobs are marked with.
     *
     * @param last behind which there may be more; null: these were the last ones
     */
    public record Blocking(List<String> limits, @Nullable String last) {}

    /**
     * The names of the limits that a job takes room of while it runs, as jobs that wait are marked with them.
     *
     * @param typeIsLimited whether its type has limits of its own
     */
    public static List<String> limitsOf(ClaimedJob job, boolean typeIsLimited) {
        List<String> names = new ArrayList<>();
        if (job.concurrencyKey() != null) {
            names.add(ofKey(job.concurrencyKey()));
        }
        if (typeIsLimited) {
            names.add(ofType(job.type()));
            if (job.projectId() != null) {
                names.add(ofProject(job.type(), job.projectId()));
            }
        }
        return names;
    }

    private static String ofKey(String concurrencyKey) {
        return "key:" + concurrencyKey;
    }

    private static String ofType(String type) {
        return "type:" + type;
    }

    private static String ofProject(String type, String projectId) {
        return "project:" + type + ":" + projectId;
    }

    /**
     * Takes due jobs whose limits have room.
     *
     * @param busy jobs that still occupy a thread of this node; never taken
     * @param slots most jobs to take of types without slots of their own
     * @param released limits that may have room again for jobs marked with them
     */
    @Transactional(TxType.REQUIRES_NEW)
    public Taken claim(
            UUID node, Collection<Claimable> known, Collection<UUID> busy, int slots, Collection<String> released) {
        if (!limits.tryLock()) {
            return new Taken(List.of(), false, true, false, Set.of(), null);
        }
        List<Waiting> waiting = limits.waiting(known, busy, released);
        if (waiting.isEmpty()) {
            return new Taken(List.of(), true, false, false, Set.of(), limits.nextToken(known));
        }
        Verdicts verdicts = judge(waiting, slots);
        List<ClaimedJob> jobs = verdicts.claims.isEmpty() ? List.of() : limits.claim(node, known, verdicts.claims);
        if (!jobs.isEmpty()) {
            Map<String, Long> taken = jobs.stream().collect(groupingBy(ClaimedJob::type, counting()));
            limits.takeTokens(taken.entrySet().stream()
                    .map(each -> new Took(each.getKey(), each.getValue().intValue()))
                    .toList());
        }
        if (!verdicts.marks.isEmpty()) {
            limits.mark(verdicts.marks);
        }
        boolean more = !jobs.isEmpty() || !verdicts.marks.isEmpty();
        return new Taken(
                jobs, true, more, verdicts.forOthers, verdicts.roomBehind(), more ? null : limits.nextToken(known));
    }

    /**
     * The next limits that jobs are marked with, for a look that leaves nothing to what was heard or missed.
     *
     * @param behind null: from the first one
     */
    @Transactional(TxType.REQUIRES_NEW)
    public Blocking blocking(@Nullable String behind) {
        List<String> next = limits.blocking(behind, MOST_BLOCKING);
        return new Blocking(next, next.size() < MOST_BLOCKING ? null : next.get(next.size() - 1));
    }

    /** In the queue's order; a job that has room but no slot here keeps its room for another node. */
    private Verdicts judge(List<Waiting> waiting, int slots) {
        Set<String> keys = new TreeSet<>();
        waiting.stream().map(Waiting::key).filter(Objects::nonNull).forEach(keys::add);
        Map<String, Integer> running = new HashMap<>(limits.running(keys));
        Map<String, Integer> taken = new HashMap<>();
        Verdicts verdicts = new Verdicts();
        int left = slots;
        for (Waiting job : waiting) {
            Map<String, Integer> most = limitsOf(job);
            Optional<String> full = most.entrySet().stream()
                    .filter(limit -> running.getOrDefault(limit.getKey(), 0) >= limit.getValue())
                    .map(Map.Entry::getKey)
                    .findFirst();
            if (full.isPresent()) {
                verdicts.block(job, full.get());
                continue;
            }
            most.keySet().forEach(limit -> running.merge(limit, 1, Integer::sum));
            boolean slot = taken.getOrDefault(job.type(), 0) < job.free() && (job.own() || left > 0);
            if (slot) {
                taken.merge(job.type(), 1, Integer::sum);
                left -= job.own() ? 0 : 1;
            }
            verdicts.pass(job, slot);
        }
        return verdicts;
    }

    private static Map<String, Integer> limitsOf(Waiting job) {
        Map<String, Integer> most = new LinkedHashMap<>();
        if (job.key() != null && job.keyLimit() != null) {
            most.put(ofKey(job.key()), job.keyLimit());
        }
        if (job.typeLimit() != null) {
            most.put(ofType(job.type()), job.typeLimit());
        }
        if (job.projectLimit() != null && job.projectId() != null) {
            most.put(ofProject(job.type(), job.projectId()), job.projectLimit());
        }
        return most;
    }

    private static final class Verdicts {
        private final List<UUID> claims = new ArrayList<>();
        private final List<Mark> marks = new ArrayList<>();
        private final Map<String, Integer> passed = new HashMap<>();
        private boolean forOthers;

        private void block(Waiting job, String limit) {
            if (!limit.equals(job.blockedBy())) {
                marks.add(new Mark(job.id(), limit));
            }
        }

        private void pass(Waiting job, boolean slot) {
            if (job.blockedBy() != null) {
                passed.merge(job.blockedBy(), 1, Integer::sum);
            }
            if (slot) {
                claims.add(job.id());
            } else if (job.blockedBy() != null) {
                marks.add(new Mark(job.id(), null));
                forOthers = true;
            }
        }

        /** Where a whole window of jobs had room, there may be room for more. */
        private Set<String> roomBehind() {
            return passed.entrySet().stream()
                    .filter(limit -> limit.getValue() >= LimitRepository.WINDOW_OF_LIMIT)
                    .map(Map.Entry::getKey)
                    .collect(toUnmodifiableSet());
        }
    }
}
