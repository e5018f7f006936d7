package io.sluice.admin.projects;

import io.sluice.projects.Project;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A project as the API shows it. */
public record ProjectJson(
        String id,
        String name,
        @Nullable String ownerEmail,
        @Nullable String plan,
        String environment,
        String timeZone,
        int anchorDay,
        String status,
        Instant createdAt,
        Instant updatedAt) {
    static ProjectJson of(Project project) {
        return new ProjectJson(
                project.id(),
                project.name(),
                project.ownerEmail(),
                project.plan(),
                project.environment(),
                project.timeZone().getId(),
                project.anchorDay(),
                project.status().word(),
                project.createdAt(),
                project.updatedAt());
    }
}
