package io.sluice.abuse;

import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class ReviewRepository {
    /** Waits for whoever is just ending the suspension, and keeps it open until the transaction ends. */
    private static final String OPEN_SUSPENSION = """
            select cast(suspensions.id as text)
            from projects
                join suspensions on suspensions.project_id = projects.id and suspensions.resolved_at is null
            where projects.id = :project and projects.status = 'suspended'
            for no key update of projects
            """;

    private static final String INSERT = """
            insert into suspension_reviews (suspension_id, project_id, message, requested_by)
            values (cast(:suspension as uuid), :project, :message, :actor)
            on conflict (suspension_id) where decision is null do nothing
            returning *
            """;

    private static final String DECIDE = """
            update suspension_reviews
            set decision = :decision, reason = :reason, decided_by = :actor, decided_at = sluice_now()
            where id = cast(:id as uuid) and decision is null
            returning *
            """;

    private static final String GET = "select * from suspension_reviews where id = cast(:id as uuid)";

    private static final String LIST = """
            select *
            from suspension_reviews
            where (cast(:project as text) is null or project_id = cast(:project as text))
                and (cast(:ids as jsonb) is null
                    or project_id in (select jsonb_array_elements_text(cast(:ids as jsonb))))
                and (cast(:open as boolean) is null or (decision is null) = cast(:open as boolean))
                and (cast(:after as uuid) is null or id < cast(:after as uuid))
            order by id desc
            limit :size
            """;

    @PersistenceContext
    EntityManager entityManager;

    /** The id of the project's open suspension. */
    @SuppressWarnings("unchecked")
    Optional<String> openSuspension(String projectId) {
        return entityManager
                .createNativeQuery(OPEN_SUSPENSION, String.class)
                .setParameter("project", projectId)
                .getResultStream()
                .findFirst();
    }

    /** Empty if one is open already. */
    Optional<Reviews.Review> insert(String suspensionId, String projectId, String message, String actor) {
        return Rows.change(
                        entityManager,
                        INSERT,
                        Map.of("suspension", suspensionId, "project", projectId, "message", message, "actor", actor),
                        Reviews.Review.class)
                .stream()
                .findFirst();
    }

    /** Empty if it was decided before. */
    Optional<Reviews.Review> decide(UUID id, String decision, String reason, String actor) {
        return Rows.change(
                        entityManager,
                        DECIDE,
                        Map.of("id", id.toString(), "decision", decision, "reason", reason, "actor", actor),
                        Reviews.Review.class)
                .stream()
                .findFirst();
    }

    Optional<Reviews.Review> find(UUID id) {
        return Rows.read(entityManager, GET, Map.of("id", id.toString()), Reviews.Review.class).stream()
                .findFirst();
    }

    Page<Reviews.Review> list(Reviews.Query query, int limit, @Nullable String cursor) {
        UUID after = Cursor.id(cursor);
        Map<String, @Nullable Object> parameters = new HashMap<>();
        parameters.put("project", query.projectId());
        parameters.put("ids", query.projectIds() == null ? null : Json.write(query.projectIds()));
        parameters.put("open", query.open() == null ? null : query.open().toString());
        parameters.put("after", after == null ? null : after.toString());
        parameters.put("size", limit + 1);
        List<Reviews.Review> rows = Rows.read(entityManager, LIST, parameters, Reviews.Review.class);
        return Page.cut(rows, limit, review -> Cursor.of(review.id()));
    }
}
