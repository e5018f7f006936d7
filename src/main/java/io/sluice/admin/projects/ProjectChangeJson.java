package io.sluice.admin.projects;

import io.sluice.projects.ProjectChange;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The body that changes a project; a member that is missing or null stays as it is. */
public record ProjectChangeJson(
        @Nullable String name,
        @Nullable String ownerEmail,
        @Nullable String plan,
        @Nullable String environment,
        @Nullable String timeZone,
        @Nullable Integer anchorDay) {
    boolean changesNothing() {
        return Stream.of(name, ownerEmail, plan, environment, timeZone, anchorDay)
                .allMatch(Objects::isNull);
    }

    ProjectChange toChange() {
        return new ProjectChange(name, ownerEmail, plan, environment, timeZone, anchorDay);
    }
}
