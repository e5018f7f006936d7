package io.sluice.backups.retention;

import io.sluice.backups.BackupEvents;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class RetentionRepository {
    private static final String LIVE_JOB =
            "exists (select from jobs j where j.id = %s and j.status in ('pending', 'running'))";

    /**
     * Missed times are not made up for one by one: the next is the first that lies ahead. One that lies further ahead than
     * an interval was set while the database's clock was ahead.
     */
    private static final String DUE = """
            update backup_schedules s
            set next_at = s.next_at + make_interval(hours => s.interval_hours * (1 + cast(floor(
                extract(epoch from sluice_now() - s.next_at) / 3600 / s.interval_hours) as integer)))
            from projects p
            where p.id = s.project_id and p.status <> 'deleted'
              and (s.next_at <= sluice_now() or s.next_at > sluice_now() + make_interval(hours => s.interval_hours))
            returning s.project_id, s.retention_days
            """;

    private static final String EXPIRING = """
            update backups
            set notified_at = sluice_now()
            where state = 'completed' and notified_at is null
              and expires_at <= sluice_now() + make_interval(days => :days)
              and (cast(:project as text) is null or project_id = cast(:project as text))
            returning id, project_id, bytes, expires_at
            """;

    private static final String LEFT = """
            select b.object as name, b.id, b.project_id, true as expired, o.refused_at
            from backups b
                left join backup_objects o on o.name = b.object
            where b.state = 'completed' and b.expires_at <= sluice_now()
              and (cast(:project as text) is null or b.project_id = cast(:project as text))
            union all
            select o.name, b.id, b.project_id, false, o.refused_at
            from backup_objects o
                join backups b on b.id = o.backup_id
            where (b.state in ('deleted', 'failed', 'expired') or b.object is distinct from o.name)
              and not %s
              and (cast(:project as text) is null or b.project_id = cast(:project as text))
            """.formatted(LIVE_JOB.formatted("o.job_id"));

    private static final String BACKLOG =
            "select sluice_now() as since, count(*) as archives from (%s) as l".formatted(LEFT);

    /** What the store refused before comes last, the longest ago first, so that it keeps nothing else from going. */
    private static final String REMOVALS = """
            select * from (%s) as l
            where refused_at is null or refused_at < :since
            order by refused_at nulls first, expired desc, id
            limit :most
            """.formatted(LEFT);

    private static final String CLOSE = """
            update backups b
            set state = 'failed', error = coalesce(b.error,
                (select j.last_error from jobs j where j.id = b.job_id), 'Its job ended without it.')
            where b.state in ('pending', 'running') and not %s
            """.formatted(LIVE_JOB.formatted("b.job_id"));

    private static final String FORGET = "delete from backup_objects where name = :name";

    private static final String EXPIRE = """
            update backups
            set state = 'expired', removed_at = sluice_now(), error = null
            where id = :id and state = 'completed'
            """;

    private static final String REFUSED = """
            with refused as (
                update backup_objects set refused_at = sluice_now() where name = :name)
            update backups set error = left(:error, 1000) where id = :id
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** A project whose next backup is due. */
    record Due(String projectId, @Nullable Integer retentionDays) {}

    /** Those that are due now; each is given its next time. */
    @SuppressWarnings("unchecked")
    List<Due> due() {
        List<Tuple> rows = entityManager.createNativeQuery(DUE, Tuple.class).getResultList();
        return rows.stream()
                .map(row -> new Due(row.get("project_id", String.class), (Integer) row.get("retention_days")))
                .toList();
    }

    /** Those that expire within so many days and were not told of before; they count as told from now on. */
    List<BackupEvents.Expiring> expiring(int days, @Nullable String projectId) {
        return entityManager
                .unwrap(Session.class)
                .createNativeQuery(EXPIRING, Tuple.class)
                .setParameter("days", days)
                .setParameter("project", projectId, String.class)
                .getResultList()
                .stream()
                .map(row -> new BackupEvents.Expiring(
                        row.get("id", UUID.class),
                        row.get("project_id", String.class),
                        ((Number) row.get("bytes")).longValue(),
                        row.get("expires_at", Instant.class)))
                .toList();
    }

    Removals.Backlog backlog(@Nullable String projectId) {
        Tuple row = entityManager
                .unwrap(Session.class)
                .createNativeQuery(BACKLOG, Tuple.class)
                .setParameter("project", projectId, String.class)
                .getSingleResult();
        return new Removals.Backlog(row.get("since", Instant.class), ((Number) row.get("archives")).longValue());
    }

    List<Removals.Removal> removals(@Nullable String projectId, Instant since, int most) {
        return entityManager
                .unwrap(Session.class)
                .createNativeQuery(REMOVALS, Tuple.class)
                .setParameter("project", projectId, String.class)
                .setParameter("since", since)
                .setParameter("most", most)
                .getResultList()
                .stream()
                .map(row -> new Removals.Removal(
                        row.get("name", String.class),
                        row.get("id", UUID.class),
                        row.get("project_id", String.class),
                        (Boolean) row.get("expired")))
                .toList();
    }

    void closeAbandoned() {
        entityManager.createNativeQuery(CLOSE).executeUpdate();
    }

    void forget(String object) {
        entityManager.createNativeQuery(FORGET).setParameter("name", object).executeUpdate();
    }

    boolean expire(UUID id) {
        return entityManager.createNativeQuery(EXPIRE).setParameter("id", id).executeUpdate() > 0;
    }

    void refused(String object, UUID id, String error) {
        entityManager
                .createNativeQuery(REFUSED)
                .setParameter("name", object)
                .setParameter("id", id)
                .setParameter("error", error)
                .executeUpdate();
    }
}
