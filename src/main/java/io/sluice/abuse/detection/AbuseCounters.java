package io.sluice.abuse.detection;

import io.sluice.abuse.Detections;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the detections of this node did since it started. */
@ApplicationScoped
public class AbuseCounters implements Detections.Totals {
    private final LongAdder runs = new LongAdder();
    private final LongAdder suspensions = new LongAdder();
    private final Map<String, LongAdder> detections = new ConcurrentHashMap<>();

    void ran() {
        runs.increment();
    }

    void suspended() {
        suspensions.increment();
    }

    void found(String outcome) {
        detections.computeIfAbsent(outcome, key -> new LongAdder()).increment();
    }

    @Override
    public long runs() {
        return runs.sum();
    }

    @Override
    public Map<String, Long> detections() {
        Map<String, Long> sums = new TreeMap<>();
        detections.forEach((outcome, sum) -> sums.put(outcome, sum.sum()));
        return sums;
    }

    @Override
    public long suspensions() {
        return suspensions.sum();
    }
}
