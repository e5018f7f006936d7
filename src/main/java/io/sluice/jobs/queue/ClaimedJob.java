package io.sluice.jobs.queue;

import java.time.LocalDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a claim brings of a job: enough to run it. Read as plain columns and not as an entity, because a claim brings
 * hundreds of them.
 *
 * @param payload JSON text, as it was enqueued
 * @param attempts executions so far, the present one included
 * @param fencingToken of this claim
 * @param rank its place in the queue of its type, before the claim
 * @param traceparent the span that enqueued it; null: none was traced
 */
public record ClaimedJob(
        UUID id,
        String type,
        String payload,
        int attempts,
        @Nullable String projectId,
        @Nullable String requestId,
        @Nullable String concurrencyKey,
        long fencingToken,
        LocalDateTime rank,
        @Nullable String traceparent) {}
