package io.sluice.backups;

import java.time.Instant;

/** The PostgreSQL schema that holds a project's own data. */
public record TenantSchema(String projectId, String schemaName, Instant updatedAt) {}
