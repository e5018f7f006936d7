package io.sluice.backups.archive;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class ExportRepository {
    private static final String OPEN = """
            insert into backups (project_id, job_id, state, tenant_schema)
            values (:project, :job, 'running',
                (select schema_name from tenant_schemas where project_id = :project))
            on conflict (job_id) do update
            set state = 'running', tenant_schema = excluded.tenant_schema, error = null
            where backups.state in ('pending', 'running', 'failed')
            returning id, tenant_schema, sluice_now() as now,
                (select fencing_token from jobs where id = :job) as token
            """;

    private static final String OTHERS =
            "select name from backup_objects where backup_id = :backup and name <> :name order by name";

    private static final String REMEMBER = """
            insert into backup_objects (name, backup_id, job_id) values (:name, :backup, :job)
            on conflict do nothing
            """;

    private static final String FORGET = "delete from backup_objects where name = :name";

    private static final String COMPLETE = """
            update backups
            set state = 'completed', object = :object, bytes = :bytes, sha256 = :sha256, tables = :tables,
                table_rows = :rows, completed_at = sluice_now(), error = null,
                expires_at = sluice_now() + make_interval(days => :days)
            where id = :id and state = 'running'
            returning expires_at
            """;

    private static final String FAIL = """
            update backups b
            set state = 'failed', error = (select last_error from jobs j where j.id = b.job_id)
            where b.job_id = :job and b.state in ('pending', 'running')
            returning b.id, b.project_id, sluice_now() as now
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** The backup's row, made now or before; nothing if the backup is over. */
    @SuppressWarnings("unchecked")
    Optional<Tuple> open(String projectId, UUID jobId) {
        return entityManager
                .createNativeQuery(OPEN, Tuple.class)
                .setParameter("project", projectId)
                .setParameter("job", jobId)
                .getResultStream()
                .findFirst();
    }

    @SuppressWarnings("unchecked")
    List<String> others(UUID backupId, String object) {
        return entityManager
                .createNativeQuery(OTHERS, String.class)
                .setParameter("backup", backupId)
                .setParameter("name", object)
                .getResultList();
    }

    void remember(String object, UUID backupId, UUID jobId) {
        entityManager
                .createNativeQuery(REMEMBER)
                .setParameter("name", object)
                .setParameter("backup", backupId)
                .setParameter("job", jobId)
                .executeUpdate();
    }

    void forget(String object) {
        entityManager.createNativeQuery(FORGET).setParameter("name", object).executeUpdate();
    }

    /** When it expires; nothing if it was not being made. */
    @SuppressWarnings("unchecked")
    Optional<Instant> complete(UUID id, String object, ArchiveExport.Written written, int days) {
        return entityManager
                .createNativeQuery(COMPLETE, Instant.class)
                .setParameter("id", id)
                .setParameter("object", object)
                .setParameter("bytes", written.bytes())
                .setParameter("sha256", written.sha256())
                .setParameter("tables", written.manifest().tables().size())
                .setParameter("rows", written.manifest().tableRows())
                .setParameter("days", days)
                .getResultStream()
                .findFirst();
    }

    /** The backup whose job failed for good. */
    @SuppressWarnings("unchecked")
    Optional<Tuple> fail(UUID jobId) {
        return entityManager
                .createNativeQuery(FAIL, Tuple.class)
                .setParameter("job", jobId)
                .getResultStream()
                .findFirst();
    }
}
