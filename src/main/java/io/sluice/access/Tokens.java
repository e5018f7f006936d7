package io.sluice.access;

import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.audit.Actor;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes, lists, revokes and recognises access tokens. */
@ApplicationScoped
@Transactional
public class Tokens {
    @Inject
    TokenRepository repository;

    @Inject
    TokenMemory memory;

    @Inject
    AccessSettings settings;

    @Inject
    AuditLog audit;

    /**
     * What a presented token is worth.
     *
     * @param identity whom it stands for; empty for an unknown or revoked one
     * @param expired whether it was right once
     */
    record Verdict(Optional<Identity> identity, boolean expired) {
        static final Verdict UNKNOWN = new Verdict(Optional.empty(), false);
    }

    /** A new token together with the only copy of its secret. */
    public record Issued(AccessToken token, String secret) {}

    /**
     * Makes a token; the answer holds the only copy of its secret.
     *
     * @throws InvalidInputException if role, projects and expiry do not fit together
     */
    public Issued issue(NewToken wanted) {
        check(wanted);
        String secret = TokenSecret.generate();
        AccessToken token = repository.insert(
                wanted, TokenSecret.hash(secret), Actor.current().id());
        audit.record(new NewAuditEntry("token.created", "token", token.id().toString(), null, null, described(token)));
        return new Issued(token, secret);
    }

    /** Makes the operator's token of an empty installation; empty when any token exists, were it revoked. */
    Optional<String> issueFirst() {
        repository.lockFirst();
        return repository.any()
                ? Optional.empty()
                : Optional.of(issue(new NewToken("first operator", Roles.OPERATOR, null, null))
                        .secret());
    }

    /** Lists all tokens, revoked and expired ones too, newest first. */
    public Page<AccessToken> list(int limit, @Nullable String cursor) {
        return repository.list(limit, cursor);
    }

    /**
     * Revokes a token: every node refuses it within two seconds. Again for a revoked one changes nothing.
     *
     * @throws NotFoundException if there is no such token
     */
    public void revoke(UUID id) {
        Optional<AccessToken> revoked = repository.revoke(id);
        if (revoked.isPresent()) {
            audit.record(
                    new NewAuditEntry("token.revoked", "token", id.toString(), null, described(revoked.get()), null));
        } else if (!repository.exists(id)) {
            throw new NotFoundException("token", id.toString());
        }
    }

    /** What a presented token is worth now; asks the database at most once a second for each token. */
    @Transactional(Transactional.TxType.NOT_SUPPORTED)
    Verdict judge(String presented) {
        byte[] hash = TokenSecret.hash(presented);
        if (isBootstrap(hash)) {
            return new Verdict(Optional.of(Identity.BOOTSTRAP), false);
        }
        return presented.startsWith(TokenSecret.PREFIX) ? memory.judge(hash) : Verdict.UNKNOWN;
    }

    /**
     * Which of these tokens, by their ids, are still good; for those who serve a caller for longer than one request.
     * One statement, whatever their number.
     */
    public Set<String> stillGood(Set<String> ids) {
        Set<String> good = new HashSet<>(repository.stillGood(ids));
        if (ids.contains(Identity.BOOTSTRAP.tokenId())
                && settings.bootstrapToken().isPresent()) {
            good.add(Identity.BOOTSTRAP.tokenId());
        }
        return good;
    }

    /** Writes down that the tokens were used now. */
    void markUsed(Set<String> ids) {
        if (!ids.isEmpty()) {
            repository.markUsed(ids);
        }
    }

    private boolean isBootstrap(byte[] hash) {
        return settings.bootstrapToken()
                .map(token -> MessageDigest.isEqual(hash, TokenSecret.hash(token)))
                .orElse(false);
    }

    private void check(NewToken wanted) {
        List<String> projects = wanted.projects();
        boolean owner = wanted.role().equals(Roles.OWNER);
        boolean mayBeRestricted = owner || wanted.role().equals(Roles.SERVICE);
        if (!Roles.ALL.contains(wanted.role())) {
            throw new InvalidInputException("role", "must be one of operator, viewer, service, owner.");
        }
        if (owner && projects == null) {
            throw new InvalidInputException("projects", "is required for the role owner: the ids of its projects.");
        }
        if (!mayBeRestricted && projects != null) {
            throw new InvalidInputException("projects", "is only for the roles owner and service; leave it out.");
        }
        Instant expiresAt = wanted.expiresAt();
        if (expiresAt != null && repository.isPast(expiresAt)) {
            throw new InvalidInputException("expires_at", "must lie in the future.");
        }
    }

    private static Map<String, ?> described(AccessToken token) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("role", token.role());
        members.put("projects", token.projects());
        members.put("expires_at", token.expiresAt());
        return members;
    }
}
