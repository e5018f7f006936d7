package io.sluice.webhooks.delivery;

import io.sluice.webhooks.Deliveries;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the tries of this node came to since it started. */
@ApplicationScoped
public class DeliveryCounters implements Deliveries.Totals {
    private final Map<String, LongAdder> tries = new LinkedHashMap<>();
    private final LongAdder nanos = new LongAdder();

    public DeliveryCounters() {
        for (Ending each : Ending.values()) {
            tries.put(each.word(), new LongAdder());
        }
    }

    void ended(Ending ending, Duration call) {
        LongAdder count = tries.get(ending.word());
        if (count != null) {
            count.increment();
        }
        nanos.add(call.toNanos());
    }

    @Override
    public Map<String, Long> tries() {
        Map<String, Long> sums = new LinkedHashMap<>();
        tries.forEach((ending, count) -> sums.put(ending, count.sum()));
        return sums;
    }

    @Override
    public Duration calling() {
        return Duration.ofNanos(nanos.sum());
    }
}
