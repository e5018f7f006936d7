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
    private final LongAdder expiryTold = new LongAdder();
    private final LongAdder scheduled = new LongAdder();

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

    public void expiryTold(long backups) {
        expiryTold.add(backups);
    }

    public void scheduled(long backups) {
        scheduled.add(backups);
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

    /** Backups that were told of before they expired. */
    public long expiryToldTotal() {
        return expiryTold.sum();
    }

    /** Backups that began by the schedule of their project. */
    public long scheduledTotal() {
        return scheduled.sum();
    }
}
