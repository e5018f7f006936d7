package io.sluice.jobs.attempts;

import io.sluice.jobs.handlers.HandlerCatalog;
import io.sluice.jobs.queue.LimitedClaims;
import io.sluice.jobs.queue.Nodes;
import io.sluice.jobs.wakeup.WakeUp;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What runs on this node now. */
@ApplicationScoped
public class RunningAttempts {
    private final Map<Attempt, Boolean> live = new ConcurrentHashMap<>();
    private final Map<Attempt, Boolean> abandoned = new ConcurrentHashMap<>();

    @Inject
    HandlerCatalog catalog;

    @Inject
    WakeUp wakeUp;

    public void add(Attempt attempt) {
        live.put(attempt, true);
    }

    /** Frees the slot of an attempt that has ended. */
    public void remove(Attempt attempt) {
        removeAll(List.of(attempt));
    }

    /** Frees the slots of attempts that have ended, with one signal for all of them. */
    void removeAll(List<Attempt> ended) {
        ended.forEach(abandoned::remove);
        free(ended);
    }

    /** Frees the slot of an attempt whose handler goes on regardless; its job stays barred from this node. */
    public void abandon(Attempt attempt) {
        abandoned.put(attempt, true);
        free(List.of(attempt));
    }

    private void free(List<Attempt> ended) {
        List<Attempt> freed =
                ended.stream().filter(attempt -> live.remove(attempt) != null).toList();
        if (!freed.isEmpty()) {
            wakeUp.released(freed.stream()
                    .flatMap(attempt ->
                            LimitedClaims.limitsOf(
                                    attempt.job(),
                                    catalog.isLimited(attempt.job().type()))
                                    .stream())
                    .distinct()
                    .toList());
            wakeUp.workPossible();
        }
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
        return (int) live.keySet().stream()
                .filter(attempt -> attempt.handler().ownSlots() == 0)
                .count();
    }

    public int countOf(String type) {
        return (int) live.keySet().stream()
                .filter(attempt -> attempt.job().type().equals(type))
                .count();
    }

    /** Jobs that still occupy a thread here. */
    public Set<UUID> busyJobs() {
        Set<UUID> jobs = new HashSet<>();
        live.keySet().forEach(attempt -> jobs.add(attempt.job().id()));
        abandoned.keySet().forEach(attempt -> jobs.add(attempt.job().id()));
        return jobs;
    }

    public void stopAll(StopReason reason) {
        live.keySet().forEach(attempt -> attempt.stop(reason));
    }
}
