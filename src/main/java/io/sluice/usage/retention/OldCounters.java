package io.sluice.usage.retention;

import io.sluice.retention.Retention;
import java.time.Duration;

/** Counters of periods that began long ago. */
record OldCounters(Duration keptFor, OldCounterRepository counters) implements Retention {
    @Override
    public String kind() {
        return "usage_counters";
    }

    @Override
    public long countExpired() {
        return counters.count(keptFor);
    }

    @Override
    public long deleteExpired(int most) {
        return counters.delete(keptFor, most);
    }

    /** Nobody waits for rows so old, and every look passes the projects that have none any more. */
    @Override
    public int mostAtOnce() {
        return 50_000;
    }
}
