package io.sluice.usage;

import java.time.Instant;
import java.util.List;

/** Counters that grew or changed. Fired in the counting transaction, before its end. */
public record UsageCounted(List<Change> changes) {
    /**
     * One counter. When several transactions first count in a period at the same time, {@code before} of a peak or
     * latest value may be lower than it was, never higher: nobody misses a limit that was crossed.
     *
     * @param unit {@code day} or {@code month}
     * @param periodStart of a period that may be over. For a metric that keeps its latest value: the present period
     * @param before 0 if nothing was counted yet
     */
    public record Change(
            String projectId, String metric, Period.Unit unit, Instant periodStart, long before, long after) {}
}
