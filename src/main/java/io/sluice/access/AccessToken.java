package io.sluice.access;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An access token as it is kept: everything but the token itself. */
@Entity
@Table(name = "access_tokens")
public class AccessToken {
    @Id
    private UUID id;

    private String name;
    private String role;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private @Nullable List<String> projects;

    private Instant createdAt;
    private String createdBy;
    private @Nullable Instant expiresAt;
    private @Nullable Instant lastUsedAt;
    private @Nullable Instant revokedAt;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected AccessToken() {}

    public UUID id() {
        return id;
    }

    /** What its maker called it. */
    public String name() {
        return name;
    }

    /** One of {@link Roles}. */
    public String role() {
        return role;
    }

    /** The only projects that exist for it; null: all. */
    public @Nullable List<String> projects() {
        return projects == null ? null : List.copyOf(projects);
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** The id of the token that made it, or {@code sluice} for the first one. */
    public String createdBy() {
        return createdBy;
    }

    /** From then on it is refused; null: never. */
    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    /** When it was last used, some seconds exact; null: never. */
    public @Nullable Instant lastUsedAt() {
        return lastUsedAt;
    }

    /** Since when it is refused; null: not revoked. */
    public @Nullable Instant revokedAt() {
        return revokedAt;
    }
}
