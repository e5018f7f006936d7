package io.sluice.admin.backups;

import io.sluice.backups.TenantSchema;
import java.time.Instant;

/** Where a project's data lies, as the API shows it. */
public record TenantSchemaJson(String projectId, String schema, Instant updatedAt) {
    static TenantSchemaJson of(TenantSchema schema) {
        return new TenantSchemaJson(schema.projectId(), schema.schemaName(), schema.updatedAt());
    }
}
