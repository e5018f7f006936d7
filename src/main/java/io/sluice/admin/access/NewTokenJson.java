package io.sluice.admin.access;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token to be made.
 *
 * @param name for people
 * @param role operator, viewer, service or owner
 * @param projects the only projects that exist for the token: required for an owner, optional for a service
 * @param expiresAt from then on it is refused; left out: never
 */
public record NewTokenJson(
        @NotNull(message = "is required: a name for people.")
        @Size(min = 1, max = 100, message = "must have 1 to 100 characters.")
        @Pattern(regexp = "[^\\p{Cntrl}]*", message = "must not hold control characters.")
        String name,

        @NotNull(message = "is required: operator, viewer, service or owner.")
        String role,

        @Nullable @Size(min = 1, max = 1000, message = "must name 1 to 1,000 projects.")
        List<
                        @NotNull(message = "must not be null.")
                        @Pattern(
                                regexp = "[A-Za-z0-9_-]{1,64}",
                                message = "must be a project id: 1 to 64 letters, digits, _ and -.")
                        String>
                projects,

        @Nullable Instant expiresAt) {}
