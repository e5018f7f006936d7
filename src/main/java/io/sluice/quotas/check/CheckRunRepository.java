package io.sluice.quotas.check;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

@ApplicationScoped
class CheckRunRepository {
    private static final String OPEN = "insert into job_check_runs (job_id) values (:job) on conflict do nothing";

    private static final String GET = """
            select last_project_id, projects_checked, projects_suspended, warnings_sent, actions_total, failed,
                cast(extract(epoch from clock_timestamp() - started_at) * 1000 as bigint) as duration_ms
            from job_check_runs
            where job_id = :job
            """;

    private static final String ADVANCE = """
            update job_check_runs
            set last_project_id = greatest(last_project_id, :last),
                projects_checked = projects_checked + :checked,
                projects_suspended = projects_suspended + :suspended,
                warnings_sent = warnings_sent + :warned,
                actions_total = actions_total + :actions,
                failed = array_remove(failed, :last)
            where job_id = :job
            """;

    private static final String FAIL = """
            update job_check_runs
            set last_project_id = greatest(last_project_id, :project),
                failed = array_append(array_remove(failed, :project), :project)
            where job_id = :job
            """;

    @PersistenceContext
    EntityManager entityManager;

    void open(UUID jobId) {
        entityManager.createNativeQuery(OPEN).setParameter("job", jobId).executeUpdate();
    }

    CheckRun get(UUID jobId) {
        Tuple row = (Tuple) entityManager
                .createNativeQuery(GET, Tuple.class)
                .setParameter("job", jobId)
                .getSingleResult();
        return new CheckRun(
                row.get("last_project_id", String.class),
                number(row, "projects_checked"),
                number(row, "projects_suspended"),
                number(row, "warnings_sent"),
                number(row, "actions_total"),
                List.of(row.get("failed", String[].class)),
                Duration.ofMillis(number(row, "duration_ms")));
    }

    /** Writes down that a page is done. */
    void advance(UUID jobId, List<String> page, int suspended, int warned, int actions) {
        entityManager
                .createNativeQuery(ADVANCE)
                .setParameter("job", jobId)
                .setParameter("last", page.get(page.size() - 1))
                .setParameter("checked", page.size())
                .setParameter("suspended", suspended)
                .setParameter("warned", warned)
                .setParameter("actions", actions)
                .executeUpdate();
    }

    /** Writes down that a project could not be checked. */
    void fail(UUID jobId, String projectId) {
        entityManager
                .createNativeQuery(FAIL)
                .setParameter("job", jobId)
                .setParameter("project", projectId)
                .executeUpdate();
    }

    private static long number(Tuple row, String column) {
        return ((Number) row.get(column)).longValue();
    }
}
