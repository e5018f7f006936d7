package io.sluice.projects;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.ZoneId;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A tenant, as it was when it was read. Changes go through {@link Projects}. */
@Entity
@Immutable
@Table(name = "projects")
public class Project {
    @Id
    private String id;

    private String name;
    private @Nullable String ownerEmail;
    private @Nullable String plan;
    private String environment;
    private String timeZone;
    private short anchorDay;
    private String status;
    private long version;
    private Instant createdAt;
    private Instant updatedAt;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected Project() {}

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** Where its owner is written to; null once the project is deleted. */
    public @Nullable String ownerEmail() {
        return ownerEmail;
    }

    /** The plan it is on; null: the plan {@code default}. */
    public @Nullable String plan() {
        return plan;
    }

    /** {@code prod}, {@code staging} or {@code dev}. */
    public String environment() {
        return environment;
    }

    /** The zone in which its days and months begin. */
    public ZoneId timeZone() {
        return ZoneId.of(timeZone);
    }

    /** The day of the month on which its months begin, 1 to 31; the last day where a month is shorter. */
    public int anchorDay() {
        return anchorDay;
    }

    public ProjectStatus status() {
        return ProjectStatus.of(status).orElseThrow();
    }

    /** Grows with every change. */
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
