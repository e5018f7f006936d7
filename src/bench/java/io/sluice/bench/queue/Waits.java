package io.sluice.bench.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long jobs waited that came one at a time, with a rest before each.
 *
 * @param millis of each, in the order in which they came
 */
record Waits(List<Double> millis) {
    /** Puts one job in, waits for its start, and says how long that took in milliseconds. */
    interface PickUp {
        double ofJob(int n) throws Exception;
    }

    static Waits of(int jobs, PickUp pickUp) throws Exception {
        List<Double> millis = new ArrayList<>(jobs);
        for (int n = 0; n < jobs; n++) {
            Thread.sleep(ThreadLocalRandom.current().nextInt(15, 40));
            millis.add(pickUp.ofJob(n));
        }
        return new Waits(millis);
    }

    /** For the table of results. */
    String note() {
        List<Double> sorted = millis.stream().sorted().toList();
        int jobs = sorted.size();
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, highest %.1f ms",
                sorted.get(jobs / 2),
                sorted.get(jobs * 95 / 100),
                sorted.get(jobs * 99 / 100),
                sorted.get(jobs - 1));
    }
}
