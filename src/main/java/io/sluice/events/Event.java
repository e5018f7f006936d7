package io.sluice.events;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened.
 *
 * @param projectId whose event it is; null: it concerns the whole installation
 * @param data the members of the kind's data, as JSON has them
 * @param requestId the request that started it all; null for what a timer started
 */
public record Event(
        UUID id,
        String type,
        @Nullable String projectId,
        Instant occurredAt,
        Map<String, Object> data,
        @Nullable String requestId) {}
