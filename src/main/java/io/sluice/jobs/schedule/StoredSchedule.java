package io.sluice.jobs.schedule;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Schedules.LastRun;
import io.sluice.jobs.Schedules.Overlap;
import io.sluice.jobs.Schedules.Schedule;
import io.sluice.jobs.Schedules.Terms;
import io.sluice.jobs.Schedules.Unused;
import io.sluice.json.Json;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads a row of the schedules table. */
final class StoredSchedule {
    private StoredSchedule() {}

    static Schedule of(Tuple row) {
        return new Schedule(
                row.get("name", String.class),
                row.get("job_type", String.class),
                !row.get("own", Boolean.class),
                terms(row),
                lastRun(row),
                row.get("next_run_at", Instant.class),
                new Unused(
                        row.get("skipped", Number.class).longValue(),
                        row.get("last_skipped_at", Instant.class),
                        row.get("missed", Number.class).longValue(),
                        row.get("last_missed_at", Instant.class)));
    }

    private static Terms terms(Tuple row) {
        Number every = row.get("every_ms", Number.class);
        return new Terms(
                row.get("description", String.class),
                row.get("cron", String.class),
                every == null ? null : Duration.ofMillis(every.longValue()),
                row.get("time_zone", String.class),
                Json.readObject(row.get("payload", String.class)),
                row.get("enabled", Boolean.class),
                Overlap.valueOf(row.get("overlap", String.class).toUpperCase(Locale.ROOT)),
                row.get("catch_up", Number.class).intValue(),
                Duration.ofMillis(row.get("jitter_ms", Number.class).longValue()));
    }

    private static @Nullable LastRun lastRun(Tuple row) {
        UUID job = row.get("last_job_id", UUID.class);
        Instant at = row.get("last_run_at", Instant.class);
        if (job == null || at == null) {
            return null;
        }
        String status = row.get("last_status", String.class);
        return new LastRun(job, at, status == null ? null : JobStatus.valueOf(status.toUpperCase(Locale.ROOT)));
    }
}
