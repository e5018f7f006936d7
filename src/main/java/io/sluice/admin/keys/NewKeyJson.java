package io.sluice.admin.keys;

import io.sluice.keys.NewKey;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body that makes a key. */
public record NewKeyJson(
        @NotNull(message = "is required: a name for people.")
        @Size(min = 1, max = 100, message = "must have 1 to 100 characters.")
        String name,

        @Nullable @Size(max = 50, message = "must be at most 50 scopes.")
        List<@NotNull(message = "must not be null.") String> scopes,

        @Nullable Instant expiresAt) {
    NewKey toKey() {
        return new NewKey(name, scopes == null ? List.of() : scopes, expiresAt);
    }
}
