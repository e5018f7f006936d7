package io.sluice.admin.reviews;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The body that decides a review.
 *
 * @param keepActiveUntil only with accept: until then nothing suspends the project by itself
 */
public record ReviewDecisionJson(
        @NotNull(message = "is required: accept or reject.") Decision decision,

        @NotBlank(message = "is required: say why in 1 to 1,000 characters.")
        @Size(max = 1000, message = "must be 1 to 1,000 characters.")
        String reason,

        @Nullable Instant keepActiveUntil) {

    /** What an operator may decide. */
    public enum Decision {
        /** The suspension ends. */
        ACCEPT,
        /** It stays. */
        REJECT
    }
}
