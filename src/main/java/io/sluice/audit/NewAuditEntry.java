package io.sluice.audit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was done.
 *
 * @param action past-tense name in the form {@code thing.done}, such as {@code quota.updated}
 * @param targetType the field's word for the thing, such as {@code project}
 * @param projectId the project whose owner may read the entry; null for what belongs to the whole installation
 * @param before what it was; null for a creation. Never a secret, an address or a name of a person
 * @param after what it is now; null for a deletion
 */
public record NewAuditEntry(
        String action,
        String targetType,
        String targetId,
        @Nullable String projectId,
        @Nullable Map<String, ?> before,
        @Nullable Map<String, ?> after) {}
