package io.sluice.projects;

import io.sluice.InvalidInputException;
import io.sluice.database.Conditions;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import io.sluice.json.Times;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.Query;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.hibernate.Session;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class ProjectRepository {
    private static final String INSERT = """
            insert into projects (id, name, owner_email, plan, environment, time_zone, anchor_day)
            values (coalesce(cast(:id as text), cast(sluice_uuid() as text)), :name, :ownerEmail, cast(:plan as text),
                    :environment, :timeZone, :anchorDay)
            on conflict (id) do nothing
            returning id
            """;

    private static final String UPDATE = """
            update projects
            set name = :name, owner_email = :ownerEmail, plan = cast(:plan as text), environment = :environment,
                time_zone = :timeZone, anchor_day = :anchorDay, version = version + 1, updated_at = sluice_now()
            where id = :id
            """;

    private static final String SET_STATUS = """
            update projects
            set status = :status, owner_email = case when :status = 'deleted' then null else owner_email end,
                version = version + 1, updated_at = sluice_now()
            where id = :id
            """;

    private static final String KNOWS_ZONE = "select count(*) from pg_timezone_names where name = :zone";

    private static final String NAMED = """
            select * from projects where id in (select jsonb_array_elements_text(cast(:ids as jsonb)))
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** The id of the new row; empty if the id is taken. */
    Optional<String> insert(NewProject project) {
        return refusingUnknownPlan(() -> entityManager
                .unwrap(Session.class)
                .createNativeQuery(INSERT, String.class)
                .setParameter("id", project.id(), String.class)
                .setParameter("name", project.name())
                .setParameter("ownerEmail", project.ownerEmail())
                .setParameter("plan", project.plan(), String.class)
                .setParameter("environment", orElse(project.environment(), "prod"))
                .setParameter("timeZone", orElse(project.timeZone(), "UTC"))
                .setParameter("anchorDay", orElse(project.anchorDay(), 1))
                .uniqueResultOptional());
    }

    Optional<Project> find(String id) {
        return ProjectRules.isId(id) ? Optional.ofNullable(entityManager.find(Project.class, id)) : Optional.empty();
    }

    Map<String, Project> named(Collection<String> ids) {
        List<String> possible = ids.stream().filter(ProjectRules::isId).toList();
        return possible.isEmpty()
                ? Map.of()
                : entityManager
                        .unwrap(Session.class)
                        .createNativeQuery(NAMED, Project.class)
                        .setParameter("ids", Json.write(possible))
                        .getResultStream()
                        .collect(Collectors.toMap(Project::id, Function.identity()));
    }

    /** Reads the current row and keeps it from changing until the transaction ends. */
    Optional<Project> lock(String id) {
        if (!ProjectRules.isId(id)) {
            return Optional.empty();
        }
        return entityManager
                .createQuery("select p from Project p where p.id = :id", Project.class)
                .setParameter("id", id)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultStream()
                .findFirst();
    }

    /** Writes the change over the locked {@code project} and returns what it is then. */
    Project update(Project project, ProjectChange change) {
        refusingUnknownPlan(() -> entityManager
                .unwrap(Session.class)
                .createNativeMutationQuery(UPDATE)
                .setParameter("id", project.id())
                .setParameter("name", orElse(change.name(), project.name()))
                .setParameter("ownerEmail", either(change.ownerEmail(), project.ownerEmail()), String.class)
                .setParameter("plan", either(change.plan(), project.plan()), String.class)
                .setParameter("environment", orElse(change.environment(), project.environment()))
                .setParameter(
                        "timeZone", orElse(change.timeZone(), project.timeZone().getId()))
                .setParameter("anchorDay", orElse(change.anchorDay(), project.anchorDay()))
                .executeUpdate());
        return reread(project);
    }

    /** Gives the locked {@code project} another status and returns what it is then. A deletion erases the address. */
    Project setStatus(Project project, ProjectStatus status) {
        Query update = entityManager.createNativeQuery(SET_STATUS);
        update.setParameter("id", project.id())
                .setParameter("status", status.word())
                .executeUpdate();
        return reread(project);
    }

    boolean databaseKnowsZone(String zone) {
        Number known = (Number) entityManager
                .createNativeQuery(KNOWS_ZONE)
                .setParameter("zone", zone)
                .getSingleResult();
        return known.longValue() > 0;
    }

    Page<Project> list(Projects.Query query, int limit, @Nullable String cursor) {
        ProjectStatus status = query.status();
        String text = query.text();
        List<String> position = Cursor.parse(cursor, 2);
        Conditions conditions = new Conditions()
                .and("p.status = :status", "status", status == null ? null : status.word())
                .and(
                        "(lower(p.id) like :text escape '!' or lower(p.name) like :text escape '!')",
                        "text",
                        text == null
                                ? null
                                : "%" + text.toLowerCase(Locale.ROOT).replaceAll("([!%_])", "!$1") + "%")
                .and("p.id in (:ids)", "ids", query.ids());
        if (!position.isEmpty()) {
            conditions
                    .and("p.createdAt <= :createdAt", "createdAt", instant(position.get(0)))
                    .and("(p.createdAt < :createdAt or p.id < :id)", "id", position.get(1));
        }
        return Page.cut(
                conditions
                        .query(entityManager, "select p from Project p", "p.createdAt desc, p.id desc", Project.class)
                        .setMaxResults(limit + 1)
                        .getResultList(),
                limit,
                project -> Cursor.of(project.createdAt(), project.id()));
    }

    private Project reread(Project project) {
        entityManager.detach(project);
        return find(project.id()).orElseThrow();
    }

    private static <T> T orElse(@Nullable T value, T other) {
        return value == null ? other : value;
    }

    private static @Nullable String either(@Nullable String value, @Nullable String other) {
        return value == null ? other : value;
    }

    private static Instant instant(String text) {
        try {
            return Times.parse(text);
        } catch (DateTimeException notATime) {
            throw Cursor.invalid();
        }
    }

    /** The plan is a reference that the database checks, so that none disappears while it is given to a project. */
    private static <T> T refusingUnknownPlan(Supplier<T> statement) {
        try {
            return statement.get();
        } catch (PersistenceException failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof ConstraintViolationException violated
                        && String.valueOf(violated.getConstraintName()).contains("plan")) {
                    throw new InvalidInputException("plan", "is not the name of a plan; GET /v1/plans lists them.");
                }
            }
            throw failure;
        }
    }
}
