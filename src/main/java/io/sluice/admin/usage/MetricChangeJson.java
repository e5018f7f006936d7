package io.sluice.admin.usage;

import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** The body that makes or changes a metric. */
public record MetricChangeJson(
        @NotNull(message = "is required: what one is called, such as queries.")
        String unit,

        @NotNull(message = "is required: sum, max or last.") String aggregation,
        @Nullable String description) {}
