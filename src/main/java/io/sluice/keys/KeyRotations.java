package io.sluice.keys;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.audit.Actor;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.events.Events;
import io.sluice.keys.ApiKeys.Issued;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives a key a successor with the same name, scopes, environment and end, and has the old one end after a grace, or at
 * its own end where that is sooner. The one implementation behind the call, the job and the leak report; all of it
 * happens in one transaction.
 */
@ApplicationScoped
@Transactional
public class KeyRotations {
    private static final EventLog LOG = EventLog.of(KeyRotations.class);

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
    AuditLog audit;

    @Inject
    Events events;

    /** A key that was rotated, as it is afterwards, and its successor. */
    public record Rotated(ApiKey old, ApiKey fresh) {}

    /**
     * Rotates for a caller that receives the new secret.
     *
     * @param grace 0 to 30 days; null: as configured
     * @throws NotFoundException if there is no such key
     * @throws ConflictException if it is revoked, expired or rotated already, or too many of its row still work
     */
    public Issued rotate(UUID id, @Nullable Duration grace) {
        Made made = replace(id, grace, false);
        return new Issued(made.rotated().fresh(), made.secret());
    }

    /**
     * Rotates with nobody there to receive the secret: it is kept under seal until its owner {@linkplain #takeSecret
     * fetches} it. Otherwise like {@link #rotate}.
     */
    public Rotated rotateSealed(UUID id, @Nullable Duration grace) {
        return replace(id, grace, true).rotated();
    }

    /**
     * Like {@link #rotateSealed} with the usual grace, for a caller whose other work is to stand whether or not the key
     * can be rotated; empty: it cannot.
     */
    public Optional<Rotated> rotateIfPossible(UUID id) {
        ApiKey before = find(id);
        repository.lockProject(before.projectId());
        return isRowFull(id)
                ? Optional.empty()
                : replaced(before, settings.grace(), true).map(Made::rotated);
    }

    /**
     * Hands over the secret of a key that was made without anybody to receive it; once.
     *
     * @throws NotFoundException if there is no such key, or no secret to hand over: it was fetched, its time is over, the
     *     key was revoked, or whoever made the key has it
     */
    public Issued takeSecret(UUID id) {
        ApiKey key = find(id);
        String secret = handovers.take(id).orElseThrow(() -> new NotFoundException("secret to fetch for key", "" + id));
        audit.record(new NewAuditEntry("key.secret_fetched", "key", id.toString(), key.projectId(), null, null));
        LOG.info("key secret fetched", "key_id", id, "project_id", key.projectId());
        return new Issued(find(id), secret);
    }

    private record Made(Rotated rotated, String secret) {}

    private Made replace(UUID id, @Nullable Duration asked, boolean seal) {
        Duration grace = asked == null ? settings.grace() : asked;
        if (grace.isNegative() || grace.compareTo(KeysSettings.LONGEST_GRACE) > 0) {
            throw new InvalidInputException(
                    "grace_seconds", "must be 0 to " + KeysSettings.LONGEST_GRACE.toSeconds() + ".");
        }
        ApiKey before = find(id);
        repository.lockProject(before.projectId());
        if (isRowFull(id)) {
            throw new ConflictException("Already " + settings.mostGenerations() + " keys of this row of rotations work;"
                    + " wait for one to end, or revoke one.");
        }
        return replaced(before, grace, seal).orElseThrow(() -> notRotatable(id));
    }

    private boolean isRowFull(UUID id) {
        return repository.generations(id) >= settings.mostGenerations();
    }

    /** Empty if the key has ended or was rotated. */
    private Optional<Made> replaced(ApiKey before, Duration grace, boolean seal) {
        String secret = KeyText.generate(before.environment());
        return repository
                .replace(
                        before.id(),
                        grace,
                        secrets.hashed(secret),
                        Actor.current().id())
                .map(freshId -> {
                    if (seal) {
                        handovers.keep(freshId, secret);
                    }
                    Rotated rotated = new Rotated(find(before.id()), find(freshId));
                    tell(before, rotated);
                    return new Made(rotated, secret);
                });
    }

    private void tell(ApiKey before, Rotated rotated) {
        ApiKey old = rotated.old();
        ApiKey fresh = rotated.fresh();
        Map<String, @Nullable Object> after = new LinkedHashMap<>(ApiKeys.described(old));
        after.put("replaced_by", fresh.id());
        audit.record(new NewAuditEntry(
                "key.rotated", "key", old.id().toString(), old.projectId(), ApiKeys.described(before), after));
        events.publish(KeyEvents.ROTATED.of(
                old.projectId(), new KeyEvents.KeyRotated(old.id(), fresh.id(), old.expiresAt(), fresh.secretUntil())));
        LOG.info("key rotated", "key_id", old.id(), "new_key_id", fresh.id(), "project_id", old.projectId());
        counters.changed("rotated", 1);
    }

    private ConflictException notRotatable(UUID id) {
        ApiKey now = find(id);
        return new ConflictException("The key " + id + " is " + now.status() + " and cannot be rotated; "
                + (now.replacedBy() == null ? "make a new one." : "rotate its successor " + now.replacedBy() + "."));
    }

    private ApiKey find(UUID id) {
        return repository.find(id).orElseThrow(() -> new NotFoundException("key", id.toString()));
    }
}
