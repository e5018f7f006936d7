package io.sluice.admin.keys;

import io.sluice.keys.KeyChecks;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a key is worth. */
public record KeyVerdictJson(
        boolean valid,
        String code,
        @Nullable String projectId,
        @Nullable UUID keyId,
        List<String> scopes,
        @Nullable Instant expiresAt,
        @Nullable Long remaining,
        @Nullable String reason) {
    static KeyVerdictJson of(KeyChecks.Verdict verdict) {
        return new KeyVerdictJson(
                verdict.code() == KeyChecks.Code.VALID,
                verdict.code().name(),
                verdict.projectId(),
                verdict.keyId(),
                verdict.scopes(),
                verdict.expiresAt(),
                verdict.remaining(),
                verdict.reason());
    }
}
