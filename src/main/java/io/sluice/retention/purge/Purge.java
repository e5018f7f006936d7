package io.sluice.retention.purge;

import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to remove.
 *
 * @param kinds only these; null: all
 * @param dryRun true: counts, and removes nothing
 */
public record Purge(
        @Nullable @Size(min = 1, max = 100, message = "must name 1 to 100 kinds.")
        List<String> kinds,

        @Nullable Boolean dryRun) {
    boolean isDryRun() {
        return Boolean.TRUE.equals(dryRun);
    }

    boolean wants(String kind) {
        return kinds == null || kinds.contains(kind);
    }
}
