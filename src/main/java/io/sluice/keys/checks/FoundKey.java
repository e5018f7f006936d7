package io.sluice.keys.checks;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key as it was found by its text, together with its project.
 *
 * @param masterKeyId the master key that its hash was made under
 * @param suspension why the project is suspended; null: it is not, or nobody said
 */
record FoundKey(
        UUID id,
        String projectId,
        List<String> scopes,
        @Nullable Instant expiresAt,
        String masterKeyId,
        boolean revoked,
        boolean expired,
        boolean rotated,
        String projectStatus,
        @Nullable String suspension) {}
