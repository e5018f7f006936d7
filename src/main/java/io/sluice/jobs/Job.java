package io.sluice.jobs;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * One piece of background work: what a person reads and the API shows; what a claim returns is less. Read-only in Java:
 * every change is one guarded statement, so that two nodes can never both believe that they made it.
 */
@Entity
@Immutable
@Table(name = "jobs")
public class Job {
    /** The key, after its period in seconds and the number of that period since 1970, if it has one. */
    private static final Pattern SCOPE = Pattern.compile("(?:([0-9]{1,9})/[0-9]+)?:(.+)", Pattern.DOTALL);

    @Id
    private UUID id;

    private String type;

    @JdbcTypeCode(SqlTypes.JSON)
    private String payload;

    private String status;
    private int priority;
    private int attempts;
    private @Nullable Integer maxAttempts;
    private Instant scheduledAt;
    private Instant createdAt;
    private @Nullable Instant startedAt;
    private @Nullable Instant completedAt;
    private @Nullable String projectId;
    private @Nullable String uniqueKey;
    private @Nullable String concurrencyKey;
    private @Nullable Integer concurrencyLimit;
    private @Nullable UUID batchId;
    private boolean quarantined;
    private @Nullable String schedule;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String result;

    private @Nullable String lastError;
    private @Nullable Integer progressPercent;
    private @Nullable String progressMessage;
    private @Nullable String requestId;
    private int rescues;
    private @Nullable String uniqueScope;
    private String @Nullable [] uniqueStates;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected Job() {}

    public UUID id() {
        return id;
    }

    public String type() {
        return type;
    }

    /** JSON text, its secrets sealed; a run changes nothing in it but secrets that somebody inserted in clear. */
    public String payload() {
        return payload;
    }

    public JobStatus status() {
        return JobStatus.valueOf(status.toUpperCase(Locale.ROOT));
    }

    /** 0 to 1000, higher first. */
    public int priority() {
        return priority;
    }

    /** Executions so far, the present one included. */
    public int attempts() {
        return attempts;
    }

    /** Most executions; null until the first claim of a job that leaves it to its type. */
    public @Nullable Integer maxAttempts() {
        return maxAttempts;
    }

    /** When it is, or was, due. */
    public Instant scheduledAt() {
        return scheduledAt;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** Start of the latest attempt. */
    public @Nullable Instant startedAt() {
        return startedAt;
    }

    /** When it reached a final state. */
    public @Nullable Instant completedAt() {
        return completedAt;
    }

    public @Nullable String projectId() {
        return projectId;
    }

    public @Nullable String uniqueKey() {
        return uniqueKey;
    }

    /** The key whose jobs share a limit of running ones; null: it shares none. */
    public @Nullable String concurrencyKey() {
        return concurrencyKey;
    }

    /** Most running jobs with its key. */
    public @Nullable Integer concurrencyLimit() {
        return concurrencyLimit;
    }

    /** The batch that it is counted in; null: none. */
    public @Nullable UUID batchId() {
        return batchId;
    }

    /** Whether it lost its node so often that only a person lets it run again. */
    public boolean quarantined() {
        return quarantined;
    }

    /** The schedule that made it; null for all others. */
    public @Nullable String schedule() {
        return schedule;
    }

    /** JSON text of what the handler returned. */
    public @Nullable String result() {
        return result;
    }

    /** Why the latest attempt did not complete; kept while the next one runs. */
    public @Nullable String lastError() {
        return lastError;
    }

    /** 0 to 100; null if the handler said nothing. */
    public @Nullable Integer progressPercent() {
        return progressPercent;
    }

    public @Nullable String progressMessage() {
        return progressMessage;
    }

    /** The HTTP request that it came from. */
    public @Nullable String requestId() {
        return requestId;
    }

    /** How often its node was lost while it ran the job, since a person last retried it. */
    public int rescues() {
        return rescues;
    }

    /**
     * Of which jobs it is the only one; null: none but those of its other keys, or a scope that was written by hand and
     * says nothing.
     */
    public NewJob.@Nullable Unique unique() {
        if (uniqueScope == null || uniqueStates == null) {
            return null;
        }
        Matcher scope = SCOPE.matcher(uniqueScope);
        if (!scope.matches()) {
            return null;
        }
        String period = scope.group(1);
        return new NewJob.Unique(
                scope.group(2),
                period == null ? null : Duration.ofSeconds(Long.parseLong(period)),
                Arrays.stream(uniqueStates)
                        .map(word -> JobStatus.valueOf(word.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toSet()));
    }
}
