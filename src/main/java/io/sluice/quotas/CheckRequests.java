package io.sluice.quotas;

import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Asks for checks besides the hourly one, in the caller's transaction. A check that already waits and has not been
 * claimed is enough: it will see what the caller wrote. One that runs already is not: it may have read before.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class CheckRequests {
    /** The job type of every check. */
    public static final String JOB_TYPE = "check_usage_limits";

    private static final int MOST_JOBS = 20;
    private static final int MOST_PROJECTS = 10_000;

    @Inject
    JobQueue queue;

    /** Has each of the projects checked: few by a job each, many by jobs together. */
    public void check(Collection<String> projectIds) {
        enqueue(projectIds, new NewJob.When(null, null), "");
    }

    /** Like {@link #check}, but not before {@code start}. A check that waits for that keeps no earlier one away. */
    public void checkAt(Instant start, Collection<String> projectIds) {
        enqueue(projectIds, new NewJob.When(null, start), "@" + start);
    }

    private void enqueue(Collection<String> projectIds, NewJob.When due, String keyEnd) {
        List<String> ids = projectIds.stream().distinct().sorted().toList();
        if (ids.size() <= MOST_JOBS) {
            for (String id : ids) {
                queue.enqueue(NewJob.of(JOB_TYPE, Map.of("project_ids", List.of(id)))
                        .with(due)
                        .withProject(id)
                        .withPendingKey("check:" + id + keyEnd));
            }
            return;
        }
        for (int from = 0; from < ids.size(); from += MOST_PROJECTS) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + MOST_PROJECTS));
            queue.enqueue(NewJob.of(JOB_TYPE, Map.of("project_ids", some)).with(due));
        }
    }

    /** Has every active project checked. */
    public void checkAll() {
        queue.enqueue(NewJob.of(JOB_TYPE, Map.of("check_all", true)).withPendingKey("check-all"));
    }
}
