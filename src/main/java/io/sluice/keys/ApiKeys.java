package io.sluice.keys;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.audit.Actor;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.events.Events;
import io.sluice.logging.EventLog;
import io.sluice.projects.ProjectStatus;
import io.sluice.projects.ProjectStatusChanged;
import io.sluice.projects.Projects;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes, lists, revokes and expires keys. Every change writes its audit entry and its event in the same transaction;
 * what is written never holds a secret.
 */
@ApplicationScoped
@Transactional
public class ApiKeys {
    /** Why a key was revoked: somebody asked for it. */
    public static final String REQUESTED = "requested";

    /** Why a key was revoked: it was reported as leaked. */
    public static final String LEAKED = "leaked";

    private static final EventLog LOG = EventLog.of(ApiKeys.class);
    private static final Pattern SCOPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:._/*-]{0,99}");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,100}");
    private static final Set<String> STATES = Set.of("active", "rotated", "expired", "revoked");
    private static final int MOST_SCOPES = 50;
    private static final int EXPIRED_AT_ONCE = 1_000;

    @Inject
    KeyRepository repository;

    @Inject
    KeyHandovers handovers;

    @Inject
    KeySecrets secrets;

    @Inject
    KeysSettings settings;

    @Inject
    KeyCounters counters;

    @Inject
    Projects projects;

    @Inject
    AuditLog audit;

    @Inject
    Events events;

    /** A key together with the only copy of its secret. */
    public record Issued(ApiKey key, String secret) {}

    /**
     * Makes a key for the environment that the project has now; the answer holds the only copy of its secret.
     *
     * @throws InvalidInputException if a member breaks a rule
     * @throws NotFoundException if there is no such project
     * @throws ConflictException if the project is deleted or has as many keys as it may
     */
    public Issued create(String projectId, NewKey wanted) {
        check(wanted);
        KeyRepository.Home home =
                repository.lockProject(projectId).orElseThrow(() -> new NotFoundException("project", projectId));
        if (home.status().equals("deleted")) {
            throw new ConflictException("The project '" + projectId + "' is deleted; it gets no keys any more.");
        }
        if (repository.live(projectId) >= settings.mostKeys()) {
            throw new ConflictException("The project '" + projectId + "' has " + settings.mostKeys()
                    + " keys, the most that it may have; revoke one first.");
        }
        String secret = KeyText.generate(home.environment());
        UUID id = repository.insert(
                projectId,
                home.environment(),
                wanted,
                secrets.hashed(secret),
                Actor.current().id());
        ApiKey key = get(id);
        audit.record(new NewAuditEntry("key.created", "key", id.toString(), projectId, null, described(key)));
        events.publish(KeyEvents.CREATED.of(
                projectId, new KeyEvents.KeyCreated(id, key.environment(), key.scopes(), key.expiresAt())));
        LOG.info("key created", "key_id", id, "project_id", projectId);
        counters.changed("created", 1);
        return new Issued(key, secret);
    }

    /**
     * Lists the keys of a project, revoked and expired ones too, newest first.
     *
     * @param status only keys in this state; null: all
     * @throws NotFoundException if there is no such project
     */
    public Page<ApiKey> list(String projectId, @Nullable String status, int limit, @Nullable String cursor) {
        if (status != null && !STATES.contains(status)) {
            throw new InvalidInputException("status", "must be active, rotated, expired or revoked.");
        }
        projects.get(projectId);
        return repository.list(projectId, status, limit, cursor);
    }

    /**
     * Finds one key.
     *
     * @throws NotFoundException if there is none
     */
    public ApiKey get(UUID id) {
        return repository.find(id).orElseThrow(() -> new NotFoundException("key", id.toString()));
    }

    /**
     * Revokes a key at once. Again for a revoked one changes nothing and says nothing.
     *
     * @param reason {@link #REQUESTED} or {@link #LEAKED}
     * @throws NotFoundException if there is none
     */
    public ApiKey revoke(UUID id, String reason) {
        ApiKey before = get(id);
        if (!repository.revoke(id, Actor.current().id())) {
            return get(id);
        }
        tellRevoked(List.of(before), reason);
        return get(id);
    }

    /** Revokes the keys of a project that is being deleted, in the transaction that deletes it. */
    void revokeAll(@Observes ProjectStatusChanged changed) {
        if (changed.to() == ProjectStatus.DELETED) {
            List<UUID> revoked =
                    repository.revokeAll(changed.projectId(), Actor.current().id());
            if (!revoked.isEmpty()) {
                tellRevoked(repository.named(revoked), "project_deleted");
            }
        }
    }

    private void tellRevoked(List<ApiKey> keys, String reason) {
        handovers.drop(keys.stream().map(ApiKey::id).toList());
        audit.record(keys.stream()
                .map(key -> entry("key.revoked", key, Map.of("reason", reason)))
                .toList());
        events.publish(keys.stream()
                .map(key -> KeyEvents.REVOKED.of(key.projectId(), new KeyEvents.KeyRevoked(key.id(), reason)))
                .toList());
        keys.forEach(
                key -> LOG.info("key revoked", "key_id", key.id(), "project_id", key.projectId(), "reason", reason));
        counters.changed("revoked", keys.size());
    }

    /**
     * Notices some keys that have come to their end, and tells it once each; they have been refused since that instant
     * anyway. Also forgets secrets that nobody fetched in time.
     *
     * @param fence run first, in the same transaction
     * @return how many keys were noticed; fewer than a page when none is left
     */
    public Expired expire(Runnable fence) {
        fence.run();
        int forgotten = handovers.dropExpired();
        List<UUID> ids = repository.noticeExpired(EXPIRED_AT_ONCE);
        List<ApiKey> keys = ids.isEmpty() ? List.of() : repository.named(ids);
        audit.record(
                keys.stream().map(key -> entry("key.expired", key, expiry(key))).toList());
        events.publish(keys.stream()
                .map(key -> KeyEvents.EXPIRED.of(
                        key.projectId(), new KeyEvents.KeyExpired(key.id(), key.expiresAt(), key.replacedBy())))
                .toList());
        counters.changed("expired", keys.size());
        return new Expired(keys.size(), forgotten, keys.size() < EXPIRED_AT_ONCE);
    }

    /**
     * What one look for ended keys found.
     *
     * @param secretsForgotten secrets that nobody fetched in time
     * @param last whether none is left
     */
    public record Expired(int keys, int secretsForgotten, boolean last) {}

    private static NewAuditEntry entry(String action, ApiKey key, Map<String, ?> after) {
        return new NewAuditEntry(action, "key", key.id().toString(), key.projectId(), described(key), after);
    }

    private static Map<String, @Nullable Object> expiry(ApiKey key) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("expires_at", key.expiresAt());
        members.put("replaced_by", key.replacedBy());
        return members;
    }

    private void check(NewKey wanted) {
        Instant expiresAt = wanted.expiresAt();
        List<String> scopes = wanted.scopes();
        if (!NAME.matcher(wanted.name()).matches() || wanted.name().isBlank()) {
            throw new InvalidInputException("name", "must be 1 to 100 characters on one line.");
        }
        if (scopes.size() > MOST_SCOPES || new HashSet<>(scopes).size() < scopes.size()) {
            throw new InvalidInputException("scopes", "must be at most " + MOST_SCOPES + " different scopes.");
        }
        for (int i = 0; i < scopes.size(); i++) {
            if (!SCOPE.matcher(scopes.get(i)).matches()) {
                throw new InvalidInputException(
                        "scopes[" + i + "]",
                        "must be 1 to 100 of A-Z a-z 0-9 : . _ / * and -, and begin with a letter or digit.");
            }
        }
        if (expiresAt != null && repository.isPast(expiresAt)) {
            throw new InvalidInputException("expires_at", "must lie in the future.");
        }
    }

    /** What the audit log may hold of a key: not its name, which may be a person's. */
    static Map<String, @Nullable Object> described(ApiKey key) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("environment", key.environment());
        members.put("scopes", key.scopes());
        members.put("status", key.status());
        members.put("expires_at", key.expiresAt());
        return members;
    }
}
