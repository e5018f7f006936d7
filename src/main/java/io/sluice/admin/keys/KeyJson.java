package io.sluice.admin.keys;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.keys.ApiKey;
import io.sluice.keys.ApiKeys;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key as the API shows it.
 *
 * @param secretUntil until when its secret can be fetched, once; null: it cannot
 * @param secret the key's text; only in the answer that made it or fetched it
 */
public record KeyJson(
        UUID id,
        String projectId,
        String name,
        String environment,
        List<String> scopes,
        String prefix,
        String status,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant rotatedAt,
        @Nullable UUID replaces,
        @Nullable UUID replacedBy,
        @Nullable Instant revokedAt,
        @Nullable Instant leakedAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant secretUntil,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {
    static KeyJson of(ApiKey key) {
        return of(key, null);
    }

    static KeyJson issued(ApiKeys.Issued issued) {
        return of(issued.key(), issued.secret());
    }

    private static KeyJson of(ApiKey key, @Nullable String secret) {
        return new KeyJson(
                key.id(),
                key.projectId(),
                key.name(),
                key.environment(),
                key.scopes(),
                key.prefix(),
                key.status(),
                key.createdAt(),
                key.createdBy(),
                key.expiresAt(),
                key.rotatedAt(),
                key.replaces(),
                key.replacedBy(),
                key.revokedAt(),
                key.leakedAt(),
                key.lastUsedAt(),
                key.secretUntil(),
                secret);
    }
}
