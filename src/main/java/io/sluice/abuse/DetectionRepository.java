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
class DetectionRepository {
    private static final String COLUMNS = """
            select found.id, found.project_id, found.rule, nullif(found.metric, '') as metric, found.level, rules.unit,
                found.value, found.observed, found.previous, found.baseline, found.window_start, found.window_end,
                found.mode, found.outcome, found.withheld, found.job_id, found.suspension_id, found.decided_by,
                found.decided_at, found.decision, found.detected_at
            from abuse_detections found
                left join abuse_rules rules on rules.name = found.rule
            """;

    private static final String LIST = COLUMNS + """
            where (cast(:project as text) is null or found.project_id = cast(:project as text))
                and (cast(:ids as jsonb) is null
                    or found.project_id in (select jsonb_array_elements_text(cast(:ids as jsonb))))
                and (cast(:rule as text) is null or found.rule = cast(:rule as text))
                and (cast(:level as text) is null or found.level = cast(:level as text))
                and (cast(:outcome as text) is null or found.outcome = cast(:outcome as text))
                and (cast(:from as timestamptz) is null or found.detected_at >= cast(:from as timestamptz))
                and (cast(:to as timestamptz) is null or found.detected_at < cast(:to as timestamptz))
                and (cast(:after as uuid) is null or found.id < cast(:after as uuid))
            order by found.id desc
            limit :size
            """;

    private static final String GET = COLUMNS + "where found.id = cast(:id as uuid)";

    /** A statement of its own: who waited here for another's decision must see the job that this one enqueued. */
    private static final String LOCK =
            "select cast(id as text) from abuse_detections where id = cast(:id as uuid) for no key update";

    private static final String DECIDE = """
            update abuse_detections
            set outcome = :outcome, decided_by = :actor, decided_at = sluice_now(), decision = :reason
            where id = cast(:id as uuid)
                and (outcome in ('flagged', 'would_suspend', 'held', 'needs_confirmation')
                    or outcome = 'confirmed' and suspension_id is null and not exists (
                        select
                        from jobs
                        where jobs.project_id = abuse_detections.project_id and type = 'auto_suspend'
                            and status in ('pending', 'running')))
                and (:outcome = 'dismissed' or project_id is not null)
            """;

    private static final String REPORT = """
            select rules.name as rule, rules.mode, rules.updated_at as unchanged_since,
                count(found.id) filter (where found.outcome = 'flagged') as flagged,
                count(found.id) filter (where found.outcome = 'would_suspend') as would_suspend,
                count(distinct found.project_id) filter (where found.outcome = 'would_suspend') as projects_would_suspend,
                count(found.id) filter (where found.outcome in ('held', 'needs_confirmation')) as waiting,
                count(distinct found.suspension_id) as suspended,
                count(found.id) filter (where found.outcome = 'dismissed') as dismissed,
                max(found.detected_at) as last_detected_at
            from abuse_rules rules
                left join abuse_detections found on found.rule = rules.name
                    and found.detected_at >= coalesce(cast(:from as timestamptz), sluice_now() - interval '7 days')
                    and (cast(:to as timestamptz) is null or found.detected_at < cast(:to as timestamptz))
            group by rules.name
            order by rules.name
            """;

    @PersistenceContext
    EntityManager entityManager;

    Page<Detection> list(Detections.Query query, int limit, @Nullable String cursor) {
        UUID after = Cursor.id(cursor);
        Map<String, @Nullable Object> parameters = new HashMap<>();
        parameters.put("project", query.projectId());
        parameters.put("ids", query.projectIds() == null ? null : Json.write(query.projectIds()));
        parameters.put("rule", query.rule());
        parameters.put("level", query.level());
        parameters.put("outcome", query.outcome());
        parameters.put("from", query.from() == null ? null : query.from().toString());
        parameters.put("to", query.to() == null ? null : query.to().toString());
        parameters.put("after", after == null ? null : after.toString());
        parameters.put("size", limit + 1);
        return Page.cut(
                Rows.read(entityManager, LIST, parameters, Detection.class),
                limit,
                detection -> Cursor.of(detection.id()));
    }

    Optional<Detection> find(UUID id) {
        return Rows.read(entityManager, GET, Map.of("id", id.toString()), Detection.class).stream()
                .findFirst();
    }

    /** Whether it was still to be decided, or was confirmed by somebody and the job that was to act on it failed. */
    boolean decide(UUID id, String outcome, String actor, String reason) {
        entityManager.createNativeQuery(LOCK).setParameter("id", id.toString()).getResultList();
        return Rows.execute(
                        entityManager,
                        DECIDE,
                        Map.of("id", id.toString(), "outcome", outcome, "actor", actor, "reason", reason))
                == 1;
    }

    List<Detections.Observation> report(Detections.Span span) {
        Map<String, @Nullable Object> parameters = new HashMap<>();
        parameters.put("from", span.from() == null ? null : span.from().toString());
        parameters.put("to", span.to() == null ? null : span.to().toString());
        return Rows.read(entityManager, REPORT, parameters, Detections.Observation.class);
    }
}
