package io.sluice.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token to be made.
 *
 * @param name for people, 1 to 100 characters
 * @param role one of {@link Roles}
 * @param projects the only projects that exist for it; required for {@code owner}, optional for {@code service}, null
 *     for the others
 * @param expiresAt from then on it is refused; null: never
 */
public record NewToken(
        String name,
        String role,
        @Nullable List<String> projects,
        @Nullable Instant expiresAt) {}
