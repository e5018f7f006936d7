package io.sluice.keys;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key to be made.
 *
 * @param name for people, 1 to 100 characters on one line
 * @param scopes what it may do, in the words of the project's own API; each once
 * @param expiresAt from then on it is refused; null: never
 */
public record NewKey(
        String name, List<String> scopes, @Nullable Instant expiresAt) {}
