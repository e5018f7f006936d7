package io.sluice.jobs.testkit;

import io.sluice.jobs.JobStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job in memory, as it was when it was asked for.
 *
 * @param payload as it came out of its JSON
 * @param attempts executions that count: without those that were snoozed
 * @param scheduledAt when it is or was due
 * @param result what the handler said; null unless it completed
 * @param outcomes of its attempts, oldest first: completed, failed, snoozed
 * @param progress what its attempts said about it, as {@code 50 half}
 */
public record TestedJob(
        UUID id,
        String type,
        Map<String, Object> payload,
        @Nullable String projectId,
        JobStatus status,
        int attempts,
        Instant scheduledAt,
        @Nullable Map<String, Object> result,
        @Nullable String lastError,
        List<String> outcomes,
        List<String> progress) {}
