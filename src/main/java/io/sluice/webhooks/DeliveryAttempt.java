package io.sluice.webhooks;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One try of a delivery that has ended. */
@Entity
@Immutable
@Table(name = "webhook_attempts")
@IdClass(DeliveryAttempt.Key.class)
public class DeliveryAttempt {
    /** What tells tries apart. */
    public record Key(UUID deliveryId, int attempt) implements Serializable {}

    @Id
    private UUID deliveryId;

    @Id
    private int attempt;

    private UUID jobId;
    private Instant startedAt;
    private int durationMs;
    private @Nullable Integer httpStatus;
    private @Nullable String failure;
    private @Nullable String detail;
    private String response;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected DeliveryAttempt() {}

    public UUID deliveryId() {
        return deliveryId;
    }

    /** 1 for the first. */
    public int attempt() {
        return attempt;
    }

    /** The job that tried. */
    public UUID jobId() {
        return jobId;
    }

    public Instant startedAt() {
        return startedAt;
    }

    public int durationMs() {
        return durationMs;
    }

    /** What the receiver answered; null if no answer came. */
    public @Nullable Integer httpStatus() {
        return httpStatus;
    }

    /** Why no answer came, such as {@code timed_out}; null if one came. */
    public @Nullable String failure() {
        return failure;
    }

    /** One sentence about the failure. */
    public @Nullable String detail() {
        return detail;
    }

    /** The beginning of the answer's body. */
    public String response() {
        return response;
    }
}
