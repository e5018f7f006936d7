package io.sluice.abuse;

import io.sluice.database.Cursor;
import io.sluice.database.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class ExemptionRepository {
    private static final String LIST = """
            select *
            from abuse_exemptions
            where project_id = :project and (cast(:after as text) is null or id < cast(:after as uuid))
            order by id desc
            limit :size
            """;

    private static final String INSERT = """
            insert into abuse_exemptions (project_id, kind, rule, reason, starts_at, ends_at, created_by)
            values (:project, :kind, cast(:rule as text), :reason, cast(:starts as timestamptz),
                cast(:ends as timestamptz), :actor)
            returning *
            """;

    private static final String DELETE =
            "delete from abuse_exemptions where project_id = :project and id = cast(:id as uuid) returning *";

    @PersistenceContext
    EntityManager entityManager;

    Page<Exemptions.Exemption> list(String projectId, int limit, @Nullable String cursor) {
        UUID after = Cursor.id(cursor);
        Map<String, @Nullable Object> parameters = new HashMap<>();
        parameters.put("project", projectId);
        parameters.put("after", after == null ? null : after.toString());
        parameters.put("size", limit + 1);
        List<Exemptions.Exemption> rows = Rows.read(entityManager, LIST, parameters, Exemptions.Exemption.class);
        return Page.cut(rows, limit, exemption -> Cursor.of(exemption.id()));
    }

    Exemptions.Exemption insert(String projectId, Exemptions.NewExemption given, Instant starts, String actor) {
        Map<String, @Nullable Object> parameters = new HashMap<>();
        parameters.put("project", projectId);
        parameters.put("kind", given.kind());
        parameters.put("rule", given.rule());
        parameters.put("reason", given.reason());
        parameters.put("starts", starts.toString());
        parameters.put("ends", given.endsAt() == null ? null : given.endsAt().toString());
        parameters.put("actor", actor);
        return Rows.change(entityManager, INSERT, parameters, Exemptions.Exemption.class)
                .get(0);
    }

    Optional<Exemptions.Exemption> delete(String projectId, UUID id) {
        return Rows.change(
                        entityManager,
                        DELETE,
                        Map.of("project", projectId, "id", id.toString()),
                        Exemptions.Exemption.class)
                .stream()
                .findFirst();
    }

    Instant now() {
        return (Instant) entityManager
                .createNativeQuery("select sluice_now()", Instant.class)
                .getSingleResult();
    }
}
