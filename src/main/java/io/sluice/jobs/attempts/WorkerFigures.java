package io.sluice.jobs.attempts;

import io.sluice.jobs.WorkerStatus.Ended;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What has happened on this node since it started. */
@ApplicationScoped
public class WorkerFigures {
    private record Kind(String type, String outcome) {}

    private record Sum(LongAdder attempts, LongAdder nanos) {}

    private final Map<Kind, Sum> ended = new ConcurrentHashMap<>();
    private final AtomicLong staleFinishes = new AtomicLong();
    private final AtomicLong rescues = new AtomicLong();
    private final AtomicLong abandoned = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();

    public void ended(Attempt attempt, String outcome) {
        attempt.span().end(outcome);
        Sum sum = ended.computeIfAbsent(
                new Kind(attempt.job().type(), outcome), kind -> new Sum(new LongAdder(), new LongAdder()));
        sum.attempts().increment();
        sum.nanos().add(attempt.age().toNanos());
        if (attempt.job().attempts() > 1) {
            retries.incrementAndGet();
        }
    }

    public void stale() {
        staleFinishes.incrementAndGet();
    }

    public void rescued(int jobs) {
        rescues.addAndGet(jobs);
    }

    public void abandoned() {
        abandoned.incrementAndGet();
    }

    public long staleFinishes() {
        return staleFinishes.get();
    }

    public long rescues() {
        return rescues.get();
    }

    public long abandonedHandlers() {
        return abandoned.get();
    }

    public long retries() {
        return retries.get();
    }

    public List<Ended> ended() {
        return ended.entrySet().stream()
                .map(entry -> new Ended(
                        entry.getKey().type(),
                        entry.getKey().outcome(),
                        entry.getValue().attempts().sum(),
                        entry.getValue().nanos().sum() / 1e9))
                .toList();
    }
}
