package io.sluice.keys;

import io.sluice.events.EventSource;
import io.sluice.events.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is said about keys. Every event belongs to the key's project and carries ids, scopes and times only. */
@ApplicationScoped
public class KeyEvents implements EventSource {
    private static final UUID ID = UUID.fromString("0190b3c1-7a50-7c3e-9d57-3f6f3f1c2b1a");
    private static final UUID NEW_ID = UUID.fromString("0190b3c1-9b21-7d10-8a44-0c5d1b7e9f02");
    private static final Instant TIME = Instant.parse("2026-01-31T12:00:00Z");

    static final EventType<KeyCreated> CREATED = new EventType<>(
            "key.created",
            "An API key was made, not by a rotation.",
            KeyCreated.class,
            new KeyCreated(ID, "prod", List.of("orders:read"), TIME));

    static final EventType<KeyRotated> ROTATED = new EventType<>(
            "key.rotated",
            "An API key got a successor; the old one works until expires_at.",
            KeyRotated.class,
            new KeyRotated(ID, NEW_ID, TIME, null));

    static final EventType<KeyExpired> EXPIRED = new EventType<>(
            "key.expired",
            "An API key came to its end, or the grace of a rotated one did.",
            KeyExpired.class,
            new KeyExpired(ID, TIME, null));

    static final EventType<KeyRevoked> REVOKED = new EventType<>(
            "key.revoked",
            "An API key was revoked and works no more.",
            KeyRevoked.class,
            new KeyRevoked(ID, "requested"));

    public static final EventType<KeyLeaked> LEAKED = new EventType<>(
            "key.leaked",
            "An API key was seen where it should not be, and this was done about it.",
            KeyLeaked.class,
            new KeyLeaked(ID, "grace", "rotated", TIME, NEW_ID));

    /**
     * What is said of a new key.
     *
     * @param expiresAt null: never
     */
    public record KeyCreated(
            UUID keyId,
            String environment,
            List<String> scopes,
            @Nullable Instant expiresAt) {}

    /**
     * What is said of a rotated key.
     *
     * @param expiresAt until when the old key works
     * @param secretUntil until when the owner can fetch the new key's secret, once; null: whoever rotated it has it
     */
    public record KeyRotated(
            UUID keyId,
            UUID newKeyId,
            @Nullable Instant expiresAt,
            @Nullable Instant secretUntil) {}

    /**
     * What is said of a key that ended.
     *
     * @param newKeyId the key that took its place; null: none
     */
    public record KeyExpired(
            UUID keyId,
            @Nullable Instant expiresAt,
            @Nullable UUID newKeyId) {}

    /**
     * What is said of a revoked key.
     *
     * @param reason {@code requested}, {@code leaked} or {@code project_deleted}
     */
    public record KeyRevoked(UUID keyId, String reason) {}

    /**
     * What is said of a leaked key.
     *
     * @param policy what the report asked for: {@code notify}, {@code grace} or {@code revoke}
     * @param action {@code notified}, {@code rotated}, {@code shortened} or {@code revoked}; {@code notified} also where
     *     the key had ended already
     * @param expiresAt until when the leaked key works; null: no end
     * @param newKeyId the key that took its place; null: none
     */
    public record KeyLeaked(
            UUID keyId,
            String policy,
            String action,
            @Nullable Instant expiresAt,
            @Nullable UUID newKeyId) {}

    @Override
    public List<EventType<?>> types() {
        return List.of(CREATED, ROTATED, EXPIRED, REVOKED, LEAKED);
    }
}
