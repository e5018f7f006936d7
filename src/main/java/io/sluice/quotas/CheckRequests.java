package io.sluice.quotas;

import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
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

    @Inject
    JobQueue queue;

    /** Has each of the projects checked. */
    public void check(Collection<String> projectIds) {
        List<NewJob> jobs = projectIds.stream()
                .distinct()
                .sorted()
                .map(id -> NewJob.of(JOB_TYPE, Map.of("project_ids", List.of(id)))
                        .withProject(id)
                        .withPendingKey("check:" + id))
                .toList();
        for (NewJob job : jobs) {
            queue.enqueue(job);
        }
    }

    /** Has every active project checked. */
    public void checkAll() {
        queue.enqueue(NewJob.of(JOB_TYPE, Map.of("check_all", true)).withPendingKey("check-all"));
    }
}
