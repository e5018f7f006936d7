package io.sluice.webhooks;

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

/** A receiver of events, as it was when it was read. Changes go through {@link Webhooks}. */
@Entity
@Immutable
@Table(name = "webhooks")
public class Webhook {
    @Id
    private UUID id;

    private @Nullable String projectId;
    private String url;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> events;

    private @Nullable String description;
    private String status;
    private @Nullable String disabledReason;
    private @Nullable Instant disabledAt;
    private int exhausted;
    private @Nullable Instant probeAt;
    private long version;
    private Instant createdAt;
    private Instant updatedAt;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected Webhook() {}

    public UUID id() {
        return id;
    }

    /** Whose events it hears of; null: those of the whole installation. */
    public @Nullable String projectId() {
        return projectId;
    }

    public String url() {
        return url;
    }

    /** Names of kinds of event, {@code quota.*} or {@code *}. */
    public List<String> events() {
        return List.copyOf(events);
    }

    public @Nullable String description() {
        return description;
    }

    public boolean enabled() {
        return status.equals("enabled");
    }

    /**
     * {@code user}; {@code exhausted}: five deliveries in a row were given up; {@code gone}: its receiver answered 410.
     * Null while it is enabled.
     */
    public @Nullable String disabledReason() {
        return disabledReason;
    }

    public @Nullable Instant disabledAt() {
        return disabledAt;
    }

    /** Deliveries in a row that were given up. */
    public int exhausted() {
        return exhausted;
    }

    /** When a disabled one is tried again by itself; null: it is not. */
    public @Nullable Instant probeAt() {
        return probeAt;
    }

    /** Grows with every change by a person and when it is disabled or enabled. */
    public long version() {
        return version;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }
}
