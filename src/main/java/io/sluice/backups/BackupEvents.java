package io.sluice.backups;

import io.sluice.events.EventSource;
import io.sluice.events.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What others are told of backups. */
@ApplicationScoped
public class BackupEvents implements EventSource {
    private static final UUID BACKUP = UUID.fromString("01a20a2a-2516-7667-8d3c-2ccc969c53b7");
    private static final UUID JOB = UUID.fromString("01a20a2a-2516-7667-8d3c-2ccc969c53b8");
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    /** A backup was made, read back and found whole. */
    public static final EventType<Completed> COMPLETED = new EventType<>(
            "backup.completed",
            "A backup was made, read back and found whole.",
            Completed.class,
            new Completed(BACKUP, "acme", JOB, 1_048_576, 12, 3400, Instant.parse("2026-12-23T12:00:00Z")));

    /** A backup could not be made. */
    public static final EventType<Failed> FAILED = new EventType<>(
            "backup.failed",
            "A backup could not be made; the job's last error says why.",
            Failed.class,
            new Failed(BACKUP, "acme", JOB, NOON));

    /** A backup will be removed soon. */
    public static final EventType<Expiring> EXPIRING = new EventType<>(
            "backup.expiring",
            "A backup will be removed soon; told once.",
            Expiring.class,
            new Expiring(BACKUP, "acme", 1_048_576, NOON));

    /**
     * A backup was made.
     *
     * @param bytes length of the archive
     * @param tables of the tenant
     * @param tableRows rows of these tables together
     */
    public record Completed(
            UUID backupId,
            String projectId,
            UUID jobId,
            long bytes,
            int tables,
            long tableRows,
            @Nullable Instant expiresAt) {}

    /** A backup could not be made. */
    public record Failed(UUID backupId, String projectId, UUID jobId, Instant failedAt) {}

    /** A backup will be removed. */
    public record Expiring(UUID backupId, String projectId, long bytes, Instant expiresAt) {}

    @Override
    public List<EventType<?>> types() {
        return List.of(COMPLETED, FAILED, EXPIRING);
    }
}
