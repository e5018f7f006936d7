package io.sluice.jobs.attempts;

import io.sluice.jobs.handlers.HandlerCatalog;
import io.sluice.jobs.queue.LimitedClaims;
import io.sluice.jobs.queue.Nodes;
import io.sluice.jobs.wakeup.News;
import io.sluice.jobs.wakeup.WakeUp;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What runs on this node now. */
@ApplicationScoped
public class RunningAttempts {
    private final Map<Attempt, Boolean> live = new ConcurrentHashMap<>();
    private final Map<Attempt, Boolean> abandoned = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> byType = new ConcurrentHashMap<>();
    private final AtomicInteger shared = new AtomicInteger();

    @Inject
    HandlerCatalog catalog;

    @Inject
    WakeUp wakeUp;

    public void add(Attempt attempt) {
        live.put(attempt, true);
        count(attempt, 1);
    }

    /** Counted as they come and go: a claim asks for every type. */
    private void count(Attempt attempt, int change) {
        byType.computeIfAbsent(attempt.job().type(), type -> new AtomicInteger())
                .addAndGet(change);
        if (attempt.handler().ownSlots() == 0) {
            shared.addAndGet(change);
        }
    }

    /** Frees the slot of an attempt that has ended. */
    public void remove(Attempt attempt) {
        removeAll(List.of(attempt), News.ALL);
    }

    /**
     * Frees the slots of attempts that have ended, with one signal for all of them.
     *
     * @param news which jobs may begin for it while the node has free slots; without any, whatever waits for a slot may
     */
    void removeAll(List<Attempt> ended, News news) {
        if (clearAll(ended)) {
            wakeUp.workPossible(news);
        }
    }

    /**
     * Frees the slots of attempts that have ended, without a signal: nobody waits for them but those who wait for a limit.
     *
     * @return whether any still held one
     */
    boolean clearAll(List<Attempt> ended) {
        ended.forEach(abandoned::remove);
        return free(ended);
    }

    /** Frees the slot of an attempt whose handler goes on regardless; its job stays barred from this node. */
    public void abandon(Attempt attempt) {
        abandoned.put(attempt, true);
        if (free(List.of(attempt))) {
            wakeUp.workPossible(News.ALL);
        }
    }

    private boolean free(List<Attempt> ended) {
        List<Attempt> freed =
                ended.stream().filter(attempt -> live.remove(attempt) != null).toList();
        freed.forEach(attempt -> count(attempt, -1));
        wakeUp.released(freed.stream().flatMap(this::limitsOf).distinct().toList());
        return !freed.isEmpty();
    }

    private Stream<String> limitsOf(Attempt attempt) {
        boolean limitedType = catalog.isLimited(attempt.job().type());
        return attempt.job().concurrencyKey() != null || limitedType
                ? LimitedClaims.limitsOf(attempt.job(), limitedType).stream()
                : Stream.empty();
    }

    /** The attempts that hold a slot. */
    public List<Attempt> live() {
        return List.copyOf(live.keySet());
    }

    /** The claims by which they hold their jobs. */
    public List<Nodes.Claim> held() {
        return live.keySet().stream()
                .map(attempt -> new Nodes.Claim(
                        attempt.holder().jobId(), attempt.holder().fencingToken()))
                .toList();
    }

    public int count() {
        return live.size();
    }

    /** Handlers that ignored their interrupt and still occupy a thread. */
    public int abandonedCount() {
        return abandoned.size();
    }

    /** How many hold one of the slots that all types without slots of their own share. */
    public int sharedCount() {
        return shared.get();
    }

    public int countOf(String type) {
        AtomicInteger count = byType.get(type);
        return count == null ? 0 : count.get();
    }

    /**
     * Jobs that still occupy a thread here although the table may not say so any more: of handlers that were given up or
     * asked to stop, or are past their time. All other jobs that run here are marked as running.
     */
    public Set<UUID> busyJobs() {
        Set<UUID> jobs = new HashSet<>();
        live.keySet().stream()
                .filter(Attempt::mayBeTakenAway)
                .forEach(attempt -> jobs.add(attempt.job().id()));
        abandoned.keySet().forEach(attempt -> jobs.add(attempt.job().id()));
        return jobs;
    }

    public void stopAll(StopReason reason) {
        live.keySet().forEach(attempt -> attempt.stop(reason));
    }
}
