package io.sluice.admin.abuse;

import io.sluice.abuse.Signals;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What monitoring says about a project.
 *
 * @param metrics what the sender measured; kept to compare, decides nothing
 * @param evidence anything else; kept likewise
 */
public record SignalJson(
        @NotNull(message = "is required.")
        @Pattern(regexp = "[A-Za-z0-9_-]{1,64}", message = "must be a project id: 1 to 64 letters, digits, _ and -.")
        String projectId,

        @NotNull(message = "is required: excessive_usage, error_spike or suspicious_pattern.")
        Signals.Pattern pattern,

        @NotNull(message = "is required: an object with what you measured, or an empty one.") @Valid
        Signals.Metrics metrics,

        @Nullable Map<String, Object> evidence) {}
