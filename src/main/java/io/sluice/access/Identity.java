package io.sluice.access;

import java.util.List;
import java.util.Optional;

/**
 * Who a token stands for.
 *
 * @param tokenId the token's id, or {@code bootstrap}
 * @param role one of {@link Roles}
 * @param projects the only projects that exist for this caller; empty: all
 */
record Identity(String tokenId, String role, Optional<List<String>> projects) {
    static final Identity BOOTSTRAP = new Identity("bootstrap", Roles.OPERATOR, Optional.empty());
}
