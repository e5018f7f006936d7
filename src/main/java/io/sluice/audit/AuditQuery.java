package io.sluice.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which entries to list; null leaves a condition out.
 *
 * @param target {@code type} or {@code type:id}
 * @param from first instant included
 * @param to first instant excluded
 * @param projectIds only entries of these projects; null: all entries
 */
public record AuditQuery(
        @Nullable String actor,
        @Nullable String action,
        @Nullable String target,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable List<String> projectIds) {}
