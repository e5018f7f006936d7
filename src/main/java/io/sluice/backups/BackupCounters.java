package io.sluice.backups;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.LongAdder;

/** What this node did with backups since it started. Safe for use by every thread. */
@ApplicationScoped
public class BackupCounters {
    private final LongAdder completed = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder restores = new LongAdder();
    private final LongAdder removed = new LongAdder();

    public void completed(long length) {
        completed.increment();
        bytes.add(length);
    }

    public void attemptFailed() {
        failures.increment();
    }

    public void restored() {
        restores.increment();
    }

    public void removed() {
        removed.increment();
    }

    /** Backups that were made and verified. */
    public long completedTotal() {
        return completed.sum();
    }

    /** Bytes of their archives. */
    public long bytesTotal() {
        return bytes.sum();
    }

    /** Attempts to make one that failed. */
    public long failuresTotal() {
        return failures.sum();
    }

    public long restoresTotal() {
        return restores.sum();
    }

    /** Archives that were removed because they had expired or were deleted. */
    public long removedTotal() {
        return removed.sum();
    }
}
