package io.sluice.webhooks;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One event on its way to one webhook, as it was when it was read. Its id goes with every try. */
@Entity
@Immutable
@Table(name = "webhook_deliveries")
public class Delivery {
    @Id
    private UUID id;

    private UUID webhookId;
    private @Nullable UUID eventId;
    private String eventType;
    private @Nullable String projectId;
    private String body;
    private String status;
    private int attempts;
    private int tries;
    private int mostTries;
    private @Nullable Instant nextAttemptAt;
    private @Nullable String requestId;
    private Instant createdAt;
    private @Nullable Instant completedAt;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected Delivery() {}

    public UUID id() {
        return id;
    }

    public UUID webhookId() {
        return webhookId;
    }

    /** Null for a test. */
    public @Nullable UUID eventId() {
        return eventId;
    }

    public String eventType() {
        return eventType;
    }

    /** Whose event it is; null: the installation's. */
    public @Nullable String projectId() {
        return projectId;
    }

    /** The JSON text that is signed and sent. */
    public String body() {
        return body;
    }

    /** {@code pending}, {@code delivered}, {@code failed} or {@code skipped} (its webhook was disabled). */
    public String status() {
        return status;
    }

    /** Tries so far, of all rounds. */
    public int attempts() {
        return attempts;
    }

    /** Tries of the present round; a redelivery begins a new one. */
    public int tries() {
        return tries;
    }

    /** Most tries of a round. */
    public int mostTries() {
        return mostTries;
    }

    /** When it is tried next; null unless it is pending. */
    public @Nullable Instant nextAttemptAt() {
        return nextAttemptAt;
    }

    /** The request that caused the event. */
    public @Nullable String requestId() {
        return requestId;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public @Nullable Instant completedAt() {
        return completedAt;
    }
}
