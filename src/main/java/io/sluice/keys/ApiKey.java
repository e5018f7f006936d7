package io.sluice.keys;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A key as it was when it was read: everything but its text, which nobody has any more. */
@Entity
@Immutable
@Table(name = "api_key_states")
public class ApiKey {
    @Id
    private UUID id;

    private String projectId;
    private String name;
    private String environment;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> scopes;

    private String prefix;
    private String status;
    private Instant createdAt;
    private String createdBy;
    private @Nullable Instant expiresAt;
    private @Nullable Instant rotatedAt;
    private @Nullable UUID replaces;
    private @Nullable UUID replacedBy;
    private @Nullable Instant revokedAt;
    private @Nullable Instant leakedAt;
    private @Nullable Instant lastUsedAt;
    private @Nullable Instant secretUntil;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected ApiKey() {}

    public UUID id() {
        return id;
    }

    public String projectId() {
        return projectId;
    }

    public String name() {
        return name;
    }

    /** That of its project when the first key of its row of rotations was made. */
    public String environment() {
        return environment;
    }

    public List<String> scopes() {
        return List.copyOf(scopes);
    }

    /** The beginning of its text, to recognise it by. */
    public String prefix() {
        return prefix;
    }

    /** {@code active}; {@code rotated}: replaced, but still works; {@code expired} or {@code revoked}: works no more. */
    public String status() {
        return status;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** The id of the token or job that made it. */
    public String createdBy() {
        return createdBy;
    }

    /** From then on it is refused; null: never. */
    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    /** When it was replaced; null: it was not. */
    public @Nullable Instant rotatedAt() {
        return rotatedAt;
    }

    /** The key whose place it took; null: of none. */
    public @Nullable UUID replaces() {
        return replaces;
    }

    /** The key that took its place; null: none. */
    public @Nullable UUID replacedBy() {
        return replacedBy;
    }

    public @Nullable Instant revokedAt() {
        return revokedAt;
    }

    /** When it was first reported as seen where it should not be; null: it was not. */
    public @Nullable Instant leakedAt() {
        return leakedAt;
    }

    /** When it was last shown, some seconds exact; null: never. */
    public @Nullable Instant lastUsedAt() {
        return lastUsedAt;
    }

    /** Until when its secret can be fetched, once; null: it cannot. */
    public @Nullable Instant secretUntil() {
        return secretUntil;
    }
}
