package io.sluice.admin.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.access.AccessToken;
import io.sluice.access.Tokens;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An access token as the API shows it.
 *
 * @param token the text to send as bearer; only in the answer that made it
 */
public record TokenJson(
        UUID id,
        String name,
        String role,
        @Nullable List<String> projects,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant revokedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String token) {
    static TokenJson of(AccessToken token) {
        return of(token, null);
    }

    static TokenJson issued(Tokens.Issued issued) {
        return of(issued.token(), issued.secret());
    }

    private static TokenJson of(AccessToken token, @Nullable String secret) {
        return new TokenJson(
                token.id(),
                token.name(),
                token.role(),
                token.projects(),
                token.createdAt(),
                token.createdBy(),
                token.expiresAt(),
                token.lastUsedAt(),
                token.revokedAt(),
                secret);
    }
}
