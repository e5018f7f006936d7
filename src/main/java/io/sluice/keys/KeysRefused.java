package io.sluice.keys;

import java.util.Map;

/**
 * Keys were shown that do not work: no such key, though the checksum is right, or one that has expired or was revoked.
 * Fired every few seconds in the transaction that writes the uses of keys down, before its end.
 *
 * @param attemptsByProject how often, by project: of a known key its own; of an unknown one the only project that the
 *     asking token sees, or {@code ""} for a token that sees several. Never empty
 */
public record KeysRefused(Map<String, Long> attemptsByProject) {}
