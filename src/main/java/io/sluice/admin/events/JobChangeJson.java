package io.sluice.admin.events;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs.State;
import io.sluice.json.Json;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a stream says of a job that it follows. */
record JobChangeJson(
        UUID id,
        String type,
        JobStatus status,
        @Nullable Progress progress,
        int attempts,
        Instant scheduledAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable String projectId) {

    /** How far it is. */
    record Progress(int percent, @Nullable String message) {}

    static JobChangeJson of(State job) {
        Integer percent = job.progressPercent();
        return new JobChangeJson(
                job.id(),
                job.type(),
                job.status(),
                percent == null ? null : new Progress(percent, job.progressMessage()),
                job.attempts(),
                job.scheduledAt(),
                job.startedAt(),
                job.completedAt(),
                job.projectId());
    }

    /** On one line. */
    String text() {
        return Json.write(this);
    }
}
