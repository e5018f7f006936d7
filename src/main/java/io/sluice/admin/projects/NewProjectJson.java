package io.sluice.admin.projects;

import io.sluice.projects.NewProject;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** The body that makes a project. */
public record NewProjectJson(
        @Nullable String id,

        @NotNull(message = "is required: 1 to 200 characters.")
        String name,

        @NotNull(message = "is required: an e-mail address.")
        String ownerEmail,

        @Nullable String plan,
        @Nullable String environment,
        @Nullable String timeZone,
        @Nullable Integer anchorDay,
        @Nullable Boolean provision) {
    NewProject toProject() {
        return new NewProject(id, name, ownerEmail, plan, environment, timeZone, anchorDay);
    }
}
