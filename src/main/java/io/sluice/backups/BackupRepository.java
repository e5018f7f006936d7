package io.sluice.backups;

import io.sluice.database.Cursor;
import io.sluice.database.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class BackupRepository {
    /** A backup whose job is over without having completed it has failed, whoever ended the job. */
    private static final String STATE = """
            case when b.state in ('pending', 'running')
                    and not exists (select from jobs j where j.id = b.job_id and j.status in ('pending', 'running'))
                then 'failed' else b.state end
            """;

    private static final String SELECT = """
            select b.id, b.project_id, b.job_id, %s as state, b.tenant_schema, b.object, b.bytes, b.sha256, b.tables,
                b.table_rows, b.created_at, b.completed_at, b.expires_at, b.removed_at, b.restored_at,
                coalesce(b.error, (select j.last_error from jobs j where j.id = b.job_id
                    and j.status in ('failed', 'cancelled') and b.state in ('pending', 'running'))) as error
            from backups b
            """.formatted(STATE);

    private static final String INSERT = """
            insert into backups (project_id, job_id) values (:project, :job)
            on conflict (job_id) do nothing
            """;

    private static final String LIST = SELECT + """
            where b.project_id = :project and (cast(:after as uuid) is null or b.id < cast(:after as uuid))
            order by b.id desc
            limit :limit
            """;

    private static final String STATS = """
            select count(*) as total,
                count(*) filter (where s.state = 'completed') as completed,
                count(*) filter (where s.state = 'failed') as failed,
                count(*) filter (where s.state = 'expired') as expired,
                count(*) filter (where s.state = 'deleted') as deleted,
                cast(coalesce(sum(s.bytes) filter (where s.state = 'completed'), 0) as bigint) as bytes,
                max(s.completed_at) filter (where s.state = 'completed') as last_completed_at,
                min(s.expires_at) filter (where s.state = 'completed') as next_expiry_at
            from (select %s as state, b.bytes, b.completed_at, b.expires_at
                  from backups b
                  where b.project_id = :project) s
            """.formatted(STATE);

    private static final String DELETE = """
            update backups b
            set state = 'deleted', removed_at = sluice_now()
            where id = :id and %s in ('completed', 'failed')
            """.formatted(STATE);

    private static final String OBJECTS = "select name from backup_objects where backup_id = :backup order by name";

    private static final String FORGET = "delete from backup_objects where name = :name";

    @PersistenceContext
    EntityManager entityManager;

    void insert(String projectId, UUID jobId) {
        entityManager
                .createNativeQuery(INSERT)
                .setParameter("project", projectId)
                .setParameter("job", jobId)
                .executeUpdate();
    }

    @SuppressWarnings("unchecked")
    Optional<Backup> find(UUID id) {
        return entityManager
                .createNativeQuery(SELECT + " where b.id = :id", Tuple.class)
                .setParameter("id", id)
                .getResultStream()
                .map(row -> backup((Tuple) row))
                .findFirst();
    }

    Page<Backup> list(String projectId, int limit, @Nullable String cursor) {
        List<Backup> rows = entityManager
                .unwrap(Session.class)
                .createNativeQuery(LIST, Tuple.class)
                .setParameter("project", projectId)
                .setParameter("after", Cursor.id(cursor), UUID.class)
                .setParameter("limit", limit + 1)
                .getResultStream()
                .map(BackupRepository::backup)
                .toList();
        return Page.cut(rows, limit, backup -> Cursor.of(backup.id()));
    }

    BackupStats stats(String projectId) {
        Tuple row = (Tuple) entityManager
                .createNativeQuery(STATS, Tuple.class)
                .setParameter("project", projectId)
                .getSingleResult();
        return new BackupStats(
                number(row, "total"),
                number(row, "completed"),
                number(row, "failed"),
                number(row, "expired"),
                number(row, "deleted"),
                number(row, "bytes"),
                row.get("last_completed_at", Instant.class),
                row.get("next_expiry_at", Instant.class));
    }

    /** Whether it could be deleted: only what is over can. */
    boolean delete(UUID id) {
        return entityManager.createNativeQuery(DELETE).setParameter("id", id).executeUpdate() > 0;
    }

    @SuppressWarnings("unchecked")
    List<String> objects(UUID backupId) {
        return entityManager
                .createNativeQuery(OBJECTS, String.class)
                .setParameter("backup", backupId)
                .getResultList();
    }

    void forget(String object) {
        entityManager.createNativeQuery(FORGET).setParameter("name", object).executeUpdate();
    }

    private static Backup backup(Tuple row) {
        return new Backup(
                row.get("id", UUID.class),
                row.get("project_id", String.class),
                row.get("job_id", UUID.class),
                row.get("state", String.class),
                row.get("tenant_schema", String.class),
                row.get("object", String.class),
                (Long) row.get("bytes"),
                row.get("sha256", String.class),
                (Integer) row.get("tables"),
                (Long) row.get("table_rows"),
                row.get("created_at", Instant.class),
                row.get("completed_at", Instant.class),
                row.get("expires_at", Instant.class),
                row.get("removed_at", Instant.class),
                row.get("restored_at", Instant.class),
                row.get("error", String.class));
    }

    private static long number(Tuple row, String column) {
        return ((Number) row.get(column)).longValue();
    }
}
