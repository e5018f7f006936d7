package io.sluice.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Authorization} header. */
final class BearerToken {
    private static final String SCHEME = "Bearer ";
    private static final int LONGEST = 512;

    private BearerToken() {}

    /** The token of a well-formed bearer header (RFC 6750); empty for anything else. */
    static Optional<String> of(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        String token = header.substring(SCHEME.length()).strip();
        boolean visible = token.chars().allMatch(character -> character > ' ' && character < 0x7f);
        return visible && !token.isEmpty() && token.length() <= LONGEST ? Optional.of(token) : Optional.empty();
    }
}
