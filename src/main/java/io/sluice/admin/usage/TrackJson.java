package io.sluice.admin.usage;

import io.sluice.usage.Usage.NewEvent;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The body that tracks usage: the members of one event, or {@code events} alone. */
public record TrackJson(
        @Nullable List<UsageEventJson> events,
        @Nullable String projectId,
        @Nullable String metric,
        @Nullable Long quantity,
        @Nullable String eventId,
        @Nullable Instant occurredAt) {
    boolean mixesBoth() {
        return events != null
                && Stream.of(projectId, metric, quantity, eventId, occurredAt).anyMatch(Objects::nonNull);
    }

    NewEvent toEvent() {
        return new NewEvent(projectId, metric, quantity, eventId, occurredAt);
    }
}
