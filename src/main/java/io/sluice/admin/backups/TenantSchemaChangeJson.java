package io.sluice.admin.backups;

import jakarta.validation.constraints.NotNull;

/** The body that says where a project's data lies. */
public record TenantSchemaChangeJson(
        @NotNull(message = "is required: the name of a PostgreSQL schema.")
        String schema) {}
