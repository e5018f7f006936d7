package io.sluice.retention;

import java.util.Map;

/** What this node has removed since it started, for metrics. Reads memory only; safe from every thread. */
public interface PurgeTotals {
    /** Rows by kind. */
    Map<String, Long> purged();
}
