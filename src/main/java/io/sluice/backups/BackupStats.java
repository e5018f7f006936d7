package io.sluice.backups;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A project's backups taken together.
 *
 * @param total all that there ever were
 * @param completed those whose archive can be read
 * @param bytes what these take in the store
 * @param lastCompletedAt when the latest was made; null: none can be read
 * @param nextExpiryAt when the first of them goes; null: none can be read
 */
public record BackupStats(
        long total,
        long completed,
        long failed,
        long expired,
        long deleted,
        long bytes,
        @Nullable Instant lastCompletedAt,
        @Nullable Instant nextExpiryAt) {}
