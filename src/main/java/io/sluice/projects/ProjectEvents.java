package io.sluice.projects;

import io.sluice.events.EventSource;
import io.sluice.events.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The events of a project's life. */
@ApplicationScoped
public class ProjectEvents implements EventSource {
    private static final String PROJECT = "acme";
    private static final UUID SUSPENSION = UUID.fromString("01a20a2a-2612-7e0a-9a1e-f2d7fca561e5");
    private static final UUID JOB = UUID.fromString("01a20a2a-2516-7667-8d3c-2ccc969c53b7");
    private static final Instant MONTH = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant NEXT_MONTH = Instant.parse("2026-12-01T00:00:00Z");
    private static final Instant MOMENT = Instant.parse("2026-11-23T20:47:44Z");

    static final EventType<Created> CREATED = new EventType<>(
            "project.created", "A project was made.", Created.class, new Created(PROJECT, "active", "prod", "starter"));

    static final EventType<Suspended> SUSPENDED = new EventType<>(
            "project.suspended",
            "A project was suspended: by a check for the hard caps it reached, for abuse, or by an operator.",
            Suspended.class,
            new Suspended(
                    PROJECT,
                    SUSPENSION,
                    "hard_cap",
                    List.of(new ExceededCap("requests", "month", 1000, 1000, "plan", MONTH, NEXT_MONTH)),
                    MOMENT,
                    JOB));

    static final EventType<Resumed> RESUMED = new EventType<>(
            "project.resumed",
            "A project is active again: its suspension was resolved, or it was taken out of the archive.",
            Resumed.class,
            new Resumed(PROJECT, "suspended", SUSPENSION, null));

    static final EventType<Archived> ARCHIVED = new EventType<>(
            "project.archived", "A project was put aside.", Archived.class, new Archived(PROJECT, "active"));

    static final EventType<Deleted> DELETED = new EventType<>(
            "project.deleted",
            "A project was deleted; its id is never given out again.",
            Deleted.class,
            new Deleted(PROJECT, "archived"));

    @Override
    public List<EventType<?>> types() {
        return List.of(CREATED, SUSPENDED, RESUMED, ARCHIVED, DELETED);
    }

    /** @param plan null: the plan {@code default} */
    record Created(
            String projectId,
            String status,
            String environment,
            @Nullable String plan) {}

    /**
     * @param cause {@code hard_cap}, {@code abuse} or {@code operator}
     * @param exceeded every cap that had been reached; empty for other causes
     * @param jobId the job that decided it; null for what a person did
     */
    record Suspended(
            String projectId,
            UUID suspensionId,
            String cause,
            List<ExceededCap> exceeded,
            Instant suspendedAt,
            @Nullable UUID jobId) {}

    /**
     * @param from {@code suspended} or {@code archived}
     * @param suspensionId the suspension that was resolved; null after an archive
     * @param keepActiveUntil until then no hard cap suspends it again; null: from the next check on
     */
    record Resumed(
            String projectId,
            String from,
            @Nullable UUID suspensionId,
            @Nullable Instant keepActiveUntil) {}

    /** @param from the status before */
    record Archived(String projectId, String from) {}

    /** @param from the status before */
    record Deleted(String projectId, String from) {}
}
