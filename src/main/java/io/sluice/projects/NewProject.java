package io.sluice.projects;

import org.jspecify.annotations.Nullable;

/**
 * A project to be made.
 *
 * @param id 1 to 64 of {@code a-z A-Z 0-9 _ -}; null: one is made
 * @param plan the name of a plan; null: the plan {@code default}
 * @param environment {@code prod}, {@code staging} or {@code dev}; null: {@code prod}
 * @param timeZone an IANA time zone; null: {@code UTC}
 * @param anchorDay the day on which its months begin, 1 to 31; null: 1
 */
public record NewProject(
        @Nullable String id,
        String name,
        String ownerEmail,
        @Nullable String plan,
        @Nullable String environment,
        @Nullable String timeZone,
        @Nullable Integer anchorDay) {}
