package io.sluice.abuse.detection;

import io.sluice.abuse.Rows;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.Map;

@ApplicationScoped
class NeighbourRepository {
    private static final String NOTE_TERM_CHANGE = """
            insert into abuse_term_changes (project_id, changed_at)
            values (:project, sluice_now())
            on conflict (project_id) do update set changed_at = excluded.changed_at
            """;

    private static final String COUNT_KEYS = """
            insert into abuse_key_activity as kept (project_id, kind, bucket_start, quantity)
            select each.key, :kind, to_timestamp(floor(extract(epoch from sluice_now()) / 300) * 300),
                cast(each.value as bigint)
            from jsonb_each_text(cast(:quantities as jsonb)) each
            order by each.key
            on conflict (project_id, kind, bucket_start) do update set quantity = kept.quantity + excluded.quantity
            """;

    @PersistenceContext
    EntityManager entityManager;

    void noteTermChange(String projectId) {
        Rows.execute(entityManager, NOTE_TERM_CHANGE, Map.of("project", projectId));
    }

    /** @param kind {@code created} or {@code refused} */
    void countKeys(String kind, Map<String, Long> byProject) {
        Rows.execute(entityManager, COUNT_KEYS, Map.of("kind", kind, "quantities", Json.write(byProject)));
    }
}
