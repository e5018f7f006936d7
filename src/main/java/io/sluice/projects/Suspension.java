package io.sluice.projects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.sluice.json.Json;
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

/** One suspension of a project, open or resolved. Only {@link Suspensions} makes and ends them. */
@Entity
@Immutable
@Table(name = "suspensions")
public class Suspension {
    private static final TypeReference<List<ExceededCap>> CAPS = new TypeReference<>() {};

    @Id
    private UUID id;

    private String projectId;
    private String cause;
    private String reason;

    @JdbcTypeCode(SqlTypes.JSON)
    private String exceeded;

    private Instant suspendedAt;
    private String suspendedBy;
    private @Nullable UUID jobId;
    private @Nullable Instant resolvedAt;
    private @Nullable String resolvedBy;
    private @Nullable String resolution;
    private @Nullable Instant keepActiveUntil;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected Suspension() {}

    public UUID id() {
        return id;
    }

    public String projectId() {
        return projectId;
    }

    /** {@code hard_cap}, {@code abuse} or {@code operator}. */
    public String cause() {
        return cause;
    }

    public String reason() {
        return reason;
    }

    /** Every cap that had been reached; empty for other causes. */
    public List<ExceededCap> exceeded() {
        try {
            return Json.strictMapper().readValue(exceeded, CAPS);
        } catch (JsonProcessingException ours) {
            throw new IllegalStateException("The stored caps of suspension " + id + " cannot be read.", ours);
        }
    }

    public Instant suspendedAt() {
        return suspendedAt;
    }

    /** Kind and id of the actor, such as {@code job:…}. */
    public String suspendedBy() {
        return suspendedBy;
    }

    /** The job that decided it; null for what a person did. */
    public @Nullable UUID jobId() {
        return jobId;
    }

    /** Null while the suspension is open. */
    public @Nullable Instant resolvedAt() {
        return resolvedAt;
    }

    public @Nullable String resolvedBy() {
        return resolvedBy;
    }

    /** Why it was resolved. */
    public @Nullable String resolution() {
        return resolution;
    }

    /** Until when no hard cap suspends the project again; null: from the next check on. */
    public @Nullable Instant keepActiveUntil() {
        return keepActiveUntil;
    }
}
