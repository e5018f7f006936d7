package io.sluice.events;

import org.jspecify.annotations.Nullable;

/**
 * Something that is happening in the open transaction. Made by {@link EventType#of}.
 *
 * @param projectId whose event it is; null: it concerns the whole installation
 */
public record NewEvent(EventType<?> type, @Nullable String projectId, Record data) {}
