package io.sluice.keys;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;

/**
 * Secrets of keys that no caller was there to receive. Each lies under seal until its owner fetches it once, its time is
 * over, or the key is revoked. Joins the caller's transaction.
 */
@ApplicationScoped
class KeyHandovers {
    @Inject
    HandoverRepository repository;

    @Inject
    KeySecrets secrets;

    @Inject
    KeysSettings settings;

    void keep(UUID keyId, String secret) {
        repository.insert(keyId, secrets.seal(keyId, secret), settings.handover());
    }

    /** Takes the secret out for good; empty if it was fetched before, its time is over, or there never was one. */
    Optional<String> take(UUID keyId) {
        return repository.take(keyId).map(kept -> secrets.open(keyId, kept));
    }

    void drop(Collection<UUID> keyIds) {
        repository.delete(keyIds);
    }

    /** Forgets what nobody fetched in time, and says how many that were. */
    int dropExpired() {
        return repository.deleteExpired();
    }
}
