package io.sluice.audit;

import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
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
        List<String> conditions = new ArrayList<>(List.of("1 = 1"));
        Map<String, Object> parameters = new LinkedHashMap<>();
        where(conditions, parameters, "e.actorId = :actor", "actor", query.actor());
        where(conditions, parameters, "e.action = :action", "action", query.action());
        where(conditions, parameters, "e.at >= :from", "from", query.from());
        where(conditions, parameters, "e.at < :to", "to", query.to());
        where(conditions, parameters, "e.projectId in (:projects)", "projects", query.projectIds());
        String target = query.target();
        if (target != null) {
            int colon = target.indexOf(':');
            where(
                    conditions,
                    parameters,
                    "e.targetType = :type",
                    "type",
                    colon < 0 ? target : target.substring(0, colon));
            where(conditions, parameters, "e.targetId = :id", "id", colon < 0 ? null : target.substring(colon + 1));
        }
        where(conditions, parameters, "e.id < :after", "after", position(cursor));
        TypedQuery<AuditEntry> select = entityManager.createQuery(
                "select e from AuditEntry e where " + String.join(" and ", conditions) + " order by e.id desc",
                AuditEntry.class);
        parameters.forEach(select::setParameter);
        return Page.cut(select.setMaxResults(limit + 1).getResultList(), limit, entry -> Cursor.of(entry.id()));
    }

    private static void where(
            List<String> conditions,
            Map<String, Object> parameters,
            String condition,
            String name,
            @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            parameters.put(name, value);
        }
    }

    private static @Nullable UUID position(@Nullable String cursor) {
        List<String> key = Cursor.parse(cursor, 1);
        try {
            return key.isEmpty() ? null : UUID.fromString(key.get(0));
        } catch (IllegalArgumentException notAnId) {
            throw Cursor.invalid();
        }
    }
}
