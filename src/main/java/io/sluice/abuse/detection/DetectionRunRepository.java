package io.sluice.abuse.detection;

import io.sluice.abuse.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class DetectionRunRepository {
    /** An attempt that could look at nothing is no beginning: the next one looks at everything again. */
    private static final String OPEN = """
            insert into job_abuse_runs as r (job_id) values (cast(:job as uuid))
            on conflict (job_id) do update set last_project_id = default, failed = default
            where r.projects_checked = 0 and r.failed <> '{}'
            """;

    private static final String GET = """
            select last_project_id, projects_checked, detections, failed,
                cast(extract(epoch from clock_timestamp() - started_at) * 1000 as bigint) as duration_ms
            from job_abuse_runs
            where job_id = cast(:job as uuid)
            """;

    private static final String ADVANCE = """
            update job_abuse_runs
            set last_project_id = greatest(last_project_id, :last), projects_checked = projects_checked + :checked,
                detections = detections + :detections
            where job_id = cast(:job as uuid)
            """;

    private static final String FAIL = """
            update job_abuse_runs
            set last_project_id = greatest(last_project_id, :project),
                failed = array_append(array_remove(failed, :project), :project)
            where job_id = cast(:job as uuid)
            """;

    private static final String NEXT = """
            select id
            from projects
            where status = 'active' and id > :after
                and (cast(:ids as text[]) is null or id = any(cast(:ids as text[])))
            order by id
            limit :size
            """;

    private static final String COUNT = "select count(*) from projects where status = 'active'";

    @PersistenceContext
    EntityManager entityManager;

    void open(UUID job) {
        Rows.execute(entityManager, OPEN, Map.of("job", job.toString()));
    }

    DetectionRun get(UUID job) {
        return Rows.read(entityManager, GET, Map.of("job", job.toString()), DetectionRun.class)
                .get(0);
    }

    /** Writes down that a page is done. */
    void advance(UUID job, String last, int checked, int detections) {
        Rows.execute(
                entityManager,
                ADVANCE,
                Map.of("job", job.toString(), "last", last, "checked", checked, "detections", detections));
    }

    /** Writes down that a project could not be looked at. */
    void fail(UUID job, String projectId) {
        Rows.execute(entityManager, FAIL, Map.of("job", job.toString(), "project", projectId));
    }

    /** @param ids the only projects that are meant; null: all */
    @SuppressWarnings("unchecked")
    List<String> next(@Nullable List<String> ids, String after, int size) {
        Query query = entityManager
                .createNativeQuery(NEXT, String.class)
                .setParameter("ids", ids == null ? null : ids.toArray(String[]::new))
                .setParameter("after", after)
                .setParameter("size", size);
        return query.getResultList();
    }

    long countActive() {
        return ((Number) entityManager.createNativeQuery(COUNT).getSingleResult()).longValue();
    }
}
