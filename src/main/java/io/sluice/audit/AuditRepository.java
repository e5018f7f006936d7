package io.sluice.audit;

import io.sluice.database.Conditions;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class AuditRepository {
    private static final String INSERT = """
            insert into audit_entries
                (actor_kind, actor_id, request_id, action, target_type, target_id, project_id, before, after)
            select :actorKind, :actorId, :requestId, action, target_type, target_id, project_id, before, after
            from jsonb_to_recordset(cast(:entries as jsonb)) as done
                (action text, target_type text, target_id text, project_id text, before jsonb, after jsonb)
            """;

    @PersistenceContext
    EntityManager entityManager;

    void insert(Actor actor, List<NewAuditEntry> done) {
        entityManager
                .createNativeQuery(INSERT)
                .setParameter("actorKind", actor.kind().name().toLowerCase(Locale.ROOT))
                .setParameter("actorId", actor.id())
                .setParameter("requestId", actor.requestId())
                .setParameter("entries", Json.write(done))
                .executeUpdate();
    }

    Page<AuditEntry> list(AuditQuery query, int limit, @Nullable String cursor) {
        String wanted = query.target();
        List<String> target = wanted == null ? List.of() : List.of(wanted.split(":", 2));
        return Page.read(
                new Conditions()
                        .and("e.actorId = :actor", "actor", query.actor())
                        .and("e.action = :action", "action", query.action())
                        .madeFrom("e", "at", query.from())
                        .madeBefore("e", "at", query.to())
                        .and("e.projectId in (:projects)", "projects", query.projectIds())
                        .and("e.targetType = :type", "type", target.isEmpty() ? null : target.get(0))
                        .and("e.targetId = :id", "id", target.size() < 2 ? null : target.get(1))
                        .and("e.id < :after", "after", Cursor.id(cursor))
                        .query(entityManager, "select e from AuditEntry e", "e.id desc", AuditEntry.class),
                limit,
                entry -> Stream.of(entry.before(), entry.after()),
                entry -> Cursor.of(entry.id()));
    }
}
