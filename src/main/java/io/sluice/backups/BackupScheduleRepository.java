package io.sluice.backups;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class BackupScheduleRepository {
    private static final String FIND =
            "select project_id, interval_hours, retention_days, next_at from backup_schedules where project_id = :project";

    private static final String PUT = """
            insert into backup_schedules (project_id, interval_hours, retention_days, next_at)
            values (:project, :hours, cast(:days as integer), sluice_now() + make_interval(hours => :hours))
            on conflict (project_id) do update
            set interval_hours = excluded.interval_hours, retention_days = excluded.retention_days,
                next_at = excluded.next_at, updated_at = sluice_now()
            """;

    private static final String DELETE = "delete from backup_schedules where project_id = :project";

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    Optional<BackupSchedule> find(String projectId) {
        return entityManager
                .createNativeQuery(FIND, Tuple.class)
                .setParameter("project", projectId)
                .getResultStream()
                .map(row -> schedule((Tuple) row))
                .findFirst();
    }

    void put(String projectId, int hours, @Nullable Integer days) {
        entityManager
                .unwrap(Session.class)
                .createNativeMutationQuery(PUT)
                .setParameter("project", projectId)
                .setParameter("hours", hours)
                .setParameter("days", days, Integer.class)
                .executeUpdate();
    }

    boolean delete(String projectId) {
        return entityManager
                        .createNativeQuery(DELETE)
                        .setParameter("project", projectId)
                        .executeUpdate()
                > 0;
    }

    private static BackupSchedule schedule(Tuple row) {
        return new BackupSchedule(
                row.get("project_id", String.class),
                (Integer) row.get("interval_hours"),
                (Integer) row.get("retention_days"),
                row.get("next_at", Instant.class));
    }
}
