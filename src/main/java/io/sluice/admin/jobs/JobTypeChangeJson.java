package io.sluice.admin.jobs;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/** What to change about a job type; what is left out stays as it is. */
public record JobTypeChangeJson(
        @Nullable Boolean paused,

        @Nullable
        @Min(value = 1, message = "must be from 1 to 1000.")
        @Max(value = 1000, message = "must be from 1 to 1000.")
        Integer concurrency) {}
