package io.sluice.projects;

import io.sluice.audit.Actor;
import io.sluice.database.Conditions;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class SuspensionRepository {
    /** In the order of ids, so that two callers with common projects wait for each other instead of deadlocking. */
    private static final String LOCK_ACTIVE = """
            select id
            from projects
            where id = any(cast(:ids as text[])) and status = 'active'
            order by id
            for no key update
            """;

    private static final String SUSPEND = """
            with wanted as (
                select *
                from jsonb_to_recordset(cast(:wanted as jsonb)) as each
                    (project_id text, reason text, exceeded jsonb)),
            stopped as (
                update projects
                set status = 'suspended', version = version + 1, updated_at = sluice_now()
                where id in (select project_id from wanted) and status = 'active'
                returning id)
            insert into suspensions (project_id, cause, reason, exceeded, suspended_by, job_id)
            select project_id, :cause, reason, exceeded, :actor, cast(:job as uuid)
            from wanted
                join stopped on stopped.id = wanted.project_id
            returning *
            """;

    private static final String RESOLVE = """
            with resumed as (
                update projects
                set status = 'active', version = version + 1, updated_at = sluice_now()
                where id = :project and status = 'suspended'
                returning id)
            update suspensions
            set resolved_at = sluice_now(), resolved_by = :actor, resolution = :reason,
                keep_active_until = cast(:keepActiveUntil as timestamptz)
            where project_id in (select id from resumed) and resolved_at is null
            returning *
            """;

    private static final String STATUS = "select status from projects where id = :project";

    @PersistenceContext
    EntityManager entityManager;

    @SuppressWarnings("unchecked")
    List<String> lockActive(Collection<String> projectIds) {
        return entityManager
                .createNativeQuery(LOCK_ACTIVE, String.class)
                .setParameter("ids", projectIds.toArray(String[]::new))
                .getResultList();
    }

    @SuppressWarnings("unchecked")
    List<Suspension> suspend(String cause, List<Suspensions.OverCap> wanted, @Nullable UUID jobId) {
        return entityManager
                .createNativeQuery(SUSPEND, Suspension.class)
                .setParameter("wanted", Json.write(wanted))
                .setParameter("cause", cause)
                .setParameter("actor", actor())
                .setParameter("job", jobId == null ? null : jobId.toString())
                .getResultList();
    }

    @SuppressWarnings("unchecked")
    Optional<Suspension> resolve(String projectId, String reason, @Nullable Instant keepActiveUntil) {
        return entityManager
                .createNativeQuery(RESOLVE, Suspension.class)
                .setParameter("project", projectId)
                .setParameter("actor", actor())
                .setParameter("reason", reason)
                .setParameter("keepActiveUntil", keepActiveUntil == null ? null : keepActiveUntil.toString())
                .getResultStream()
                .findFirst();
    }

    /** Empty for a project that does not exist. */
    @SuppressWarnings("unchecked")
    Optional<String> status(String projectId) {
        return entityManager
                .createNativeQuery(STATUS, String.class)
                .setParameter("project", projectId)
                .getResultStream()
                .findFirst();
    }

    Instant now() {
        return (Instant) entityManager
                .createNativeQuery("select sluice_now()", Instant.class)
                .getSingleResult();
    }

    Page<Suspension> list(String projectId, int limit, @Nullable String cursor) {
        return Page.cut(
                new Conditions()
                        .and("s.projectId = :project", "project", projectId)
                        .and("s.id < :after", "after", Cursor.id(cursor))
                        .query(entityManager, "select s from Suspension s", "s.id desc", Suspension.class)
                        .setMaxResults(limit + 1)
                        .getResultList(),
                limit,
                suspension -> Cursor.of(suspension.id()));
    }

    private static String actor() {
        Actor actor = Actor.current();
        return actor.kind().name().toLowerCase(Locale.ROOT) + ":" + actor.id();
    }
}
