package io.sluice.keys;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** What this node did with keys since it started. */
@ApplicationScoped
public class KeyCounters {
    private final ConcurrentMap<String, LongAdder> verifications = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, LongAdder> changes = new ConcurrentHashMap<>();

    /** A key was verified, with this answer. */
    public void verified(KeyChecks.Code code) {
        add(verifications, code.name(), 1);
    }

    /** Something was done to keys: {@code created}, {@code rotated}, {@code revoked}, {@code expired}, {@code leaked}. */
    public void changed(String how, int keys) {
        add(changes, how, keys);
    }

    /** Keys that were verified, by the code of the answer. */
    public Map<String, Long> verifications() {
        return sums(verifications);
    }

    /** Keys that were changed, by what was done. */
    public Map<String, Long> changes() {
        return sums(changes);
    }

    private static void add(ConcurrentMap<String, LongAdder> counters, String name, int count) {
        counters.computeIfAbsent(name, first -> new LongAdder()).add(count);
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counters) {
        Map<String, Long> sums = new TreeMap<>();
        counters.forEach((name, counter) -> sums.put(name, counter.sum()));
        return sums;
    }
}
