package io.sluice.admin.keys;

import io.sluice.InvalidInputException;
import io.sluice.keys.KeyChecks;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * The body that asks about a key.
 *
 * @param amount how much of the metric is wanted; left out: 0
 */
public record KeyQuestionJson(
        @NotNull(message = "is required: the text of a key.")
        @Size(max = 1_000, message = "must have at most 1,000 characters.")
        String key,

        @Nullable @Size(max = 100, message = "must have at most 100 characters.")
        String scope,

        @Nullable @Size(max = 100, message = "must have at most 100 characters.")
        String metric,

        @Nullable
        @Min(value = 0, message = "must be 0 to 9007199254740991.")
        @Max(value = 9_007_199_254_740_991L, message = "must be 0 to 9007199254740991.")
        Long amount) {
    KeyChecks.Question toQuestion() {
        if (metric == null && amount != null && amount > 0) {
            throw new InvalidInputException("metric", "is required together with an amount.");
        }
        return new KeyChecks.Question(key, scope, metric, amount == null ? 0 : amount);
    }
}
