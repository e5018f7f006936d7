package io.sluice.projects;

import org.jspecify.annotations.Nullable;

/** What to change of a project, with the rules of {@link NewProject}; null leaves a member as it is. */
public record ProjectChange(
        @Nullable String name,
        @Nullable String ownerEmail,
        @Nullable String plan,
        @Nullable String environment,
        @Nullable String timeZone,
        @Nullable Integer anchorDay) {}
