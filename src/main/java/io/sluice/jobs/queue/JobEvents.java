package io.sluice.jobs.queue;

import io.sluice.events.EventSource;
import io.sluice.events.EventType;
import io.sluice.events.Events;
import io.sluice.jobs.JobTypes;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells that jobs ended in the dead letter, in the transaction that puts them there. Jobs whose type says that its
 * failures are not announced are left out: they are the ones that carry announcements.
 */
@ApplicationScoped
public class JobEvents implements EventSource {
    static final EventType<Failed> FAILED = new EventType<>(
            "job.failed",
            "A job failed for good: its attempts are used up, or no further attempt could mend it.",
            Failed.class,
            new Failed(
                    UUID.fromString("01a20a2a-2516-7667-8d3c-2ccc969c53b7"),
                    "export_backup",
                    "acme",
                    3,
                    Instant.parse("2026-11-23T20:47:44Z")));

    private static final EventLog LOG = EventLog.of(JobEvents.class);

    /** Thousands of jobs of an unknown type may be parked at once; one line of the caller tells how many. */
    private static final int MOST_LINES = 100;

    @Inject
    Events events;

    @Inject
    JobTypes types;

    /**
     * A job that failed.
     *
     * @param projectId the project that it was for; null: none
     * @param attempts how often it was executed
     */
    record Failed(UUID jobId, String jobType, @Nullable String projectId, int attempts, Instant failedAt) {}

    /** Reads a job that failed for good out of the columns that the statements of failure return. */
    static Failed failed(Tuple row) {
        return new Failed(
                row.get("id", UUID.class),
                row.get("type", String.class),
                row.get("project_id", String.class),
                row.get("attempt", Integer.class),
                row.get("completed_at", Instant.class));
    }

    private static void log(Failed job) {
        LOG.warning(
                "job failed for good",
                "job_id",
                job.jobId(),
                "job_type",
                job.jobType(),
                "project_id",
                job.projectId(),
                "attempts",
                job.attempts());
    }

    @Override
    public List<EventType<?>> types() {
        return List.of(FAILED);
    }

    /** Logs all of them and publishes those that are to be announced; any number, in the caller's transaction. */
    void publish(List<Failed> failed) {
        failed.stream().limit(MOST_LINES).forEach(JobEvents::log);
        events.publish(failed.stream()
                .filter(job -> types.announcesFailure(job.jobType()))
                .map(job -> FAILED.of(job.projectId(), job))
                .toList());
    }
}
