package io.sluice.quotas;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One notice that a project came near a limit, or reached it. */
@Entity
@Immutable
@Table(name = "warnings")
public class Warning {
    @Id
    private UUID id;

    private String projectId;
    private String metric;

    @Column(name = "unit")
    private String period;

    private Instant periodStart;
    private int threshold;

    @Column(name = "quota_limit")
    private long limit;

    private long usage;
    private Instant sentAt;
    private @Nullable UUID jobId;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected Warning() {}

    public UUID id() {
        return id;
    }

    public String projectId() {
        return projectId;
    }

    public String metric() {
        return metric;
    }

    /** {@code day} or {@code month}. */
    public String period() {
        return period;
    }

    public Instant periodStart() {
        return periodStart;
    }

    /** The percent of the limit that had been reached. */
    public int threshold() {
        return threshold;
    }

    /** The limit at that time. */
    public long limit() {
        return limit;
    }

    /** The usage at that time. */
    public long usage() {
        return usage;
    }

    public Instant sentAt() {
        return sentAt;
    }

    /** The job that found it out. */
    public @Nullable UUID jobId() {
        return jobId;
    }
}
