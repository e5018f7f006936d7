package io.sluice.keys;

import java.time.Instant;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is done when a key was seen where it should not be. */
public interface KeyLeaks {
    /** How far a report goes. */
    enum Policy {
        /** Tell the owner. */
        NOTIFY,
        /** Replace the key; it works on for the usual grace, and its owner fetches the new secret. */
        GRACE,
        /** Revoke it now. */
        REVOKE
    }

    /** What became of it. */
    enum Action {
        /** Nobody was told: this is no key of ours. */
        NONE,
        /** Also where {@link Policy#GRACE} can't replace it, because too many keys of its row still work. */
        NOTIFIED,
        ROTATED,
        /** It had a successor already, and ends sooner now. */
        SHORTENED,
        REVOKED
    }

    /**
     * The outcome of a report.
     *
     * @param expiresAt until when the leaked key works; null: no end, or it is unknown
     * @param newKeyId the key that took its place by this report; null: none
     */
    record Report(
            Action action,
            @Nullable String projectId,
            @Nullable UUID keyId,
            @Nullable Instant expiresAt,
            @Nullable UUID newKeyId) {}

    /**
     * Marks the key and does what the policy says, in one transaction. The same report again does and tells nothing new.
     *
     * @param key the text that was found; anything that is no key of ours is answered {@link Action#NONE}
     * @param visible which projects exist for the caller; keys of others are unknown
     */
    Report report(String key, Policy policy, Predicate<String> visible);
}
