package io.sluice.jobs;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One attempt that has ended. */
@Entity
@Immutable
@Table(name = "job_attempts")
@IdClass(JobAttempt.Key.class)
public class JobAttempt {
    /**
     * What tells attempts apart; their numbers alone do not, because an interrupted one gives its number back.
     *
     * @param fencingToken of the claim that began the attempt
     */
    public record Key(UUID jobId, long fencingToken) implements Serializable {}

    /** In the place of a text that only operators read. */
    public static final String UNEXPECTED = "An unexpected error; operators can read what it says.";

    @Id
    private UUID jobId;

    @Id
    private long fencingToken;

    private int attempt;
    private String worker;
    private Instant startedAt;
    private Instant endedAt;
    private String outcome;
    private @Nullable String error;
    private boolean errorTold;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected JobAttempt() {}

    public UUID jobId() {
        return jobId;
    }

    public long fencingToken() {
        return fencingToken;
    }

    /** 1 for the first execution. */
    public int attempt() {
        return attempt;
    }

    /** The node that ran it. */
    public String worker() {
        return worker;
    }

    public Instant startedAt() {
        return startedAt;
    }

    public Instant endedAt() {
        return endedAt;
    }

    /** {@code completed, failed, snoozed, cancelled, timed_out, interrupted} or {@code lost}. */
    public String outcome() {
        return outcome;
    }

    /** Why it did not complete. */
    public @Nullable String error() {
        return error;
    }

    /**
     * Why it did not complete, for those who may not read what exceptions say and where jobs run: what the handler said, and
     * what Sluice says itself.
     */
    public @Nullable String toldError() {
        if (error == null) {
            return null;
        }
        return outcome.equals("failed") && !errorTold ? UNEXPECTED : error.replace("Node " + worker + " ", "Its node ");
    }
}
