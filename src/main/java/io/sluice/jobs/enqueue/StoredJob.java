package io.sluice.jobs.enqueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.sluice.audit.Actor;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.NewJob;
import io.sluice.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job in the form in which the insert statement reads it. What a job doesn't have is left out: to read a dozen nulls costs
 * PostgreSQL more than to store the job.
 *
 * @param payload JSON
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StoredJob(
        String type,
        @JsonRawValue String payload,
        int priority,
        @Nullable Integer maxAttempts,
        @Nullable Long delayMs,
        @Nullable Instant scheduledAt,
        @Nullable String projectId,
        @Nullable String uniqueKey,
        @Nullable String pendingKey,
        @Nullable String concurrencyKey,
        @Nullable Integer concurrencyLimit,
        @Nullable String requestId,
        @Nullable String schedule,
        @Nullable Instant slot,
        @Nullable String scopedKey,
        @Nullable Long scopePeriod,
        @Nullable List<String> scopeStates,
        @Nullable String traceparent) {

    /** What tells the scopes of jobs of one moment apart. */
    @Nullable
    String scope() {
        return scopedKey == null ? null : scopePeriod + ":" + scopedKey;
    }

    static StoredJob of(NewJob job, @Nullable String traceparent) {
        NewJob.Unique unique = job.unique();
        Duration period = unique == null ? null : unique.period();
        return new StoredJob(
                job.type(),
                Json.write(job.payload()),
                job.priority(),
                job.maxAttempts(),
                job.delay() == null ? null : job.delay().toMillis(),
                job.scheduledAt(),
                job.projectId(),
                job.uniqueKey(),
                job.pendingKey(),
                job.concurrencyKey(),
                job.concurrencyLimit(),
                Actor.current().requestId(),
                null,
                null,
                unique == null ? null : unique.key(),
                period == null ? null : period.toSeconds(),
                unique == null
                        ? null
                        : unique.states().stream().map(JobStatus::word).toList(),
                traceparent);
    }

    static StoredJob ofSchedule(
            String schedule,
            @Nullable Instant slot,
            @Nullable Instant startAt,
            String type,
            Map<String, ?> payload,
            @Nullable String traceparent) {
        String requestId = Actor.current().requestId();
        return new StoredJob(
                type,
                Json.write(payload),
                0,
                null,
                null,
                startAt,
                null,
                null,
                null,
                null,
                null,
                requestId,
                schedule,
                slot,
                null,
                null,
                null,
                traceparent);
    }
}
