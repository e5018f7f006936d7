package io.sluice.retention.purge;

import io.sluice.retention.PurgeTotals;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the purges of this node removed since it started. */
@ApplicationScoped
public class PurgeCounters implements PurgeTotals {
    private final Map<String, Long> purged = new ConcurrentHashMap<>();

    void purged(String kind, long rows) {
        purged.merge(kind, rows, Long::sum);
    }

    @Override
    public Map<String, Long> purged() {
        return Map.copyOf(purged);
    }
}
