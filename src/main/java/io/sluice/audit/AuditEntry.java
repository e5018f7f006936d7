package io.sluice.audit;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** One thing that was done, as it is kept. */
@Entity
@Immutable
@Table(name = "audit_entries")
public class AuditEntry {
    @Id
    private UUID id;

    private Instant at;
    private String actorKind;
    private String actorId;
    private String action;
    private String targetType;
    private String targetId;
    private @Nullable String projectId;
    private @Nullable String requestId;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String before;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String after;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected AuditEntry() {}

    public UUID id() {
        return id;
    }

    public Instant at() {
        return at;
    }

    public String actorKind() {
        return actorKind;
    }

    public String actorId() {
        return actorId;
    }

    public String action() {
        return action;
    }

    public String targetType() {
        return targetType;
    }

    public String targetId() {
        return targetId;
    }

    public @Nullable String projectId() {
        return projectId;
    }

    public @Nullable String requestId() {
        return requestId;
    }

    /** JSON text of what it was. */
    public @Nullable String before() {
        return before;
    }

    /** JSON text of what it is. */
    public @Nullable String after() {
        return after;
    }
}
