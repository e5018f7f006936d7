package io.sluice.admin.jobs;

import io.sluice.jobs.JobTypes.Change;
import io.sluice.jobs.JobTypes.Rate;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to change about a job type; what is left out stays as it is.
 *
 * @param clusterConcurrency most running jobs of it on all nodes together; 0: no limit
 * @param projectConcurrency most of them for one project; 0: no limit
 * @param finalErrors names of exceptions after which a job is not tried again, subclasses included; empty: none
 */
public record JobTypeChangeJson(
        @Nullable Boolean paused,

        @Nullable
        @Min(value = 1, message = "must be from 1 to 1000.")
        @Max(value = 1000, message = "must be from 1 to 1000.")
        Integer concurrency,

        @Nullable
        @Min(value = 1, message = "must be from 1 to 1000.")
        @Max(value = 1000, message = "must be from 1 to 1000.")
        Integer maxAttempts,

        @Nullable
        @DecimalMin(value = "0", message = "must be from 0 to 86400.")
        @DecimalMax(value = "86400", message = "must be from 0 to 86400.")
        BigDecimal backoffSeconds,

        @Nullable
        @DecimalMin(value = "0", message = "must be from 0 to 604800.")
        @DecimalMax(value = "604800", message = "must be from 0 to 604800.")
        BigDecimal capSeconds,

        @Nullable
        @DecimalMin(value = "0", message = "must be from 0 to 1.")
        @DecimalMax(value = "1", message = "must be from 0 to 1.")
        BigDecimal jitter,

        @Nullable
        @DecimalMin(value = "0.1", message = "must be from 0.1 to 604800.")
        @DecimalMax(value = "604800", message = "must be from 0.1 to 604800.")
        BigDecimal timeoutSeconds,

        @Nullable
        @Min(value = 0, message = "must be from 0 to 100000.")
        @Max(value = 100_000, message = "must be from 0 to 100000.")
        Integer clusterConcurrency,

        @Nullable
        @Min(value = 0, message = "must be from 0 to 100000.")
        @Max(value = 100_000, message = "must be from 0 to 100000.")
        Integer projectConcurrency,

        @Nullable @Valid RateJson rateLimit,

        @Nullable @Size(max = 50, message = "must be at most 50 names.")
        List<
                        @NotNull @Size(max = 200, message = "must have at most 200 characters.")
                        @Pattern(
                                regexp = "[\\p{L}_$][\\p{L}\\p{N}_$.]*",
                                message = "must be the name of an exception, with or without its package.")
                        String>
                finalErrors) {

    /**
     * A token bucket.
     *
     * @param jobs how many may start in that time, and at once; 0: no limit
     */
    public record RateJson(
            @NotNull(message = "is required.")
            @Min(value = 0, message = "must be from 0 to 1000000.")
            @Max(value = 1_000_000, message = "must be from 0 to 1000000.")
            Integer jobs,

            @NotNull(message = "is required.")
            @DecimalMin(value = "0.001", message = "must be from 0.001 to 86400.")
            @DecimalMax(value = "86400", message = "must be from 0.001 to 86400.")
            BigDecimal perSeconds) {}

    Change toChange() {
        return new Change(
                paused,
                concurrency,
                maxAttempts,
                duration(backoffSeconds),
                duration(capSeconds),
                jitter == null ? null : jitter.doubleValue(),
                duration(timeoutSeconds),
                clusterConcurrency,
                projectConcurrency,
                rateLimit == null
                        ? null
                        : new Rate(
                                rateLimit.jobs(),
                                Duration.ofMillis(
                                        rateLimit.perSeconds().movePointRight(3).longValue())),
                finalErrors);
    }

    private static @Nullable Duration duration(@Nullable BigDecimal seconds) {
        return seconds == null
                ? null
                : Duration.ofMillis(seconds.movePointRight(3).longValue());
    }
}
