package io.sluice.backups;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.logging.EventLog;
import io.sluice.projects.ProjectStatus;
import io.sluice.projects.Projects;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which PostgreSQL schema holds a project's own data. An operator says so; it is never derived from the project's id,
 * and no two projects share one.
 */
@ApplicationScoped
@Transactional
public class TenantSchemas {
    private static final EventLog LOG = EventLog.of(TenantSchemas.class);
    private static final Pattern NAME = Pattern.compile("(?!pg_)[a-z_][a-z0-9_]{0,62}");
    private static final Set<String> RESERVED = Set.of("public", "information_schema");

    @Inject
    TenantSchemaRepository repository;

    @Inject
    Projects projects;

    @Inject
    AuditLog audit;

    /** The project's schema, if it has one. */
    @Transactional
    public Optional<TenantSchema> find(String projectId) {
        return repository.find(projectId);
    }

    /**
     * The project's schema.
     *
     * @throws NotFoundException if there is no such project, or it has none
     */
    @Transactional
    public TenantSchema get(String projectId) {
        projects.get(projectId);
        return find(projectId).orElseThrow(() -> new NotFoundException("tenant schema of project", projectId));
    }

    /**
     * Says where the project's data lies. The schema need not exist yet.
     *
     * @throws InvalidInputException if the name is none, or one of PostgreSQL's or ours
     * @throws ConflictException if the schema belongs to another project, or the project is deleted
     */
    public TenantSchema put(String projectId, String schema) {
        if (!NAME.matcher(schema).matches() || RESERVED.contains(schema) || schema.equals(repository.ownSchema())) {
            throw new InvalidInputException(
                    "schema",
                    "must be 1 to 63 of a-z 0-9 _, not beginning with a digit or pg_, and no schema of PostgreSQL or"
                            + " Sluice.");
        }
        if (projects.get(projectId).status() == ProjectStatus.DELETED) {
            throw new ConflictException("The project '" + projectId + "' is deleted.");
        }
        repository.lock();
        Optional<TenantSchema> before = repository.find(projectId);
        if (!repository.put(projectId, schema)) {
            throw new ConflictException("The schema '" + schema + "' belongs to another project.");
        }
        audit.record(new NewAuditEntry(
                "tenant_schema.updated",
                "project",
                projectId,
                projectId,
                before.map(found -> Map.of("schema", found.schemaName())).orElse(null),
                Map.of("schema", schema)));
        LOG.info("tenant schema set", "project_id", projectId, "schema", schema);
        return get(projectId);
    }

    /**
     * Forgets where the project's data lies; the data stays.
     *
     * @throws NotFoundException if there is no such project, or it has none
     */
    public void remove(String projectId) {
        TenantSchema before = get(projectId);
        repository.delete(projectId);
        audit.record(new NewAuditEntry(
                "tenant_schema.removed", "project", projectId, projectId, Map.of("schema", before.schemaName()), null));
    }
}
