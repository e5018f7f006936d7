package io.sluice.backups;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.Optional;

@ApplicationScoped
class TenantSchemaRepository {
    private static final String FIND =
            "select project_id, schema_name, updated_at from tenant_schemas where project_id = :project";

    /** Nothing when another project has the schema. */
    private static final String PUT = """
            insert into tenant_schemas (project_id, schema_name)
            select :project, :schema
            where not exists (select from tenant_schemas where schema_name = :schema and project_id <> :project)
            on conflict (project_id) do update set schema_name = excluded.schema_name, updated_at = sluice_now()
            """;

    private static final String DELETE = "delete from tenant_schemas where project_id = :project";

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    Optional<TenantSchema> find(String projectId) {
        return entityManager
                .createNativeQuery(FIND, Tuple.class)
                .setParameter("project", projectId)
                .getResultStream()
                .map(row -> schema((Tuple) row))
                .findFirst();
    }

    /** Keeps others from giving out schemas until the transaction ends. */
    void lock() {
        entityManager
                .createNativeQuery("lock table tenant_schemas in share row exclusive mode")
                .executeUpdate();
    }

    /** Whether it was free, or the project's own already. */
    boolean put(String projectId, String schema) {
        return entityManager
                        .createNativeQuery(PUT)
                        .setParameter("project", projectId)
                        .setParameter("schema", schema)
                        .executeUpdate()
                > 0;
    }

    boolean delete(String projectId) {
        return entityManager
                        .createNativeQuery(DELETE)
                        .setParameter("project", projectId)
                        .executeUpdate()
                > 0;
    }

    /** The schema that our own tables are in. */
    String ownSchema() {
        return (String)
                entityManager.createNativeQuery("select current_schema()").getSingleResult();
    }

    private static TenantSchema schema(Tuple row) {
        return new TenantSchema(
                row.get("project_id", String.class),
                row.get("schema_name", String.class),
                row.get("updated_at", Instant.class));
    }
}
