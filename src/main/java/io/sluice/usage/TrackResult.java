package io.sluice.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the events of one call; each was accepted, a duplicate, or rejected.
 *
 * @param duplicates events that were counted before, or stand twice in this call
 * @param rejected in the order of their indexes
 */
public record TrackResult(int accepted, int duplicates, List<Rejection> rejected) {
    /**
     * An event that was not counted.
     *
     * @param index its place in the call, from 0
     * @param code {@code VALIDATION_ERROR}, {@code NOT_FOUND} or {@code CONFLICT}
     * @param field the member at fault; null if it lies in no single one
     * @param message what would be valid
     */
    public record Rejection(
            int index, String code, @Nullable String field, String message) {}
}
