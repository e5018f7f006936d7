package io.sluice.admin.usage;

import io.sluice.usage.Usage.NewEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One event of a batch; each is judged by itself, so nothing of it is required here. */
public record UsageEventJson(
        @Nullable String projectId,
        @Nullable String metric,
        @Nullable Long quantity,
        @Nullable String eventId,
        @Nullable Instant occurredAt) {
    NewEvent toEvent() {
        return new NewEvent(projectId, metric, quantity, eventId, occurredAt);
    }
}
