package io.sluice.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.NewJob.Needs;
import io.sluice.jobs.NewJob.RunIf;
import io.sluice.jobs.NewJob.Unique;
import jakarta.persistence.EntityManager;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Calls of one transaction that name the same job by its key. A job that is there is left as it is, whoever made it: if a
 * later call could add to what it waits for, jobs could wait for each other and never run.
 */
final class NeedsInOneTransaction {
    private final JobQueue queue;
    private final UserTransaction transaction;
    private final EntityManager entityManager;

    NeedsInOneTransaction(JobQueue queue, UserTransaction transaction, EntityManager entityManager) {
        this.queue = queue;
        this.transaction = transaction;
        this.entityManager = entityManager;
    }

    void assertNoCircle() throws Exception {
        assertNoCircleThrough(job -> job.withUniqueKey(job.projectId()));
        assertNoCircleThrough(job -> job.withUnique(Unique.of(String.valueOf(job.projectId()), null, null)));
    }

    private void assertNoCircleThrough(UnaryOperator<NewJob> keyed) throws Exception {
        String project = "circle-" + UUID.randomUUID();
        NewJob plain = NewJob.of("check_usage_limits", Map.of("check_all", true))
                .withProject(project)
                .withDelay(Duration.ofDays(300));
        transaction.begin();
        UUID there = queue.enqueueAll(List.of(keyed.apply(plain))).get(0);
        Needs first = new Needs(List.of(there), List.of(), RunIf.ALL_COMPLETED);
        Needs back = new Needs(List.of(), List.of(0), RunIf.ALL_COMPLETED);
        List<UUID> ids = queue.enqueueAll(
                List.of(plain.withNeeds(first), keyed.apply(plain).withNeeds(back)));
        transaction.commit();

        assertEquals(there, ids.get(1));
        assertEquals(List.of(ids.get(0)), waiting(project));
    }

    @SuppressWarnings("unchecked")
    private List<UUID> waiting(String project) {
        return entityManager
                .createNativeQuery(
                        "select id from jobs where project_id = :project and blocked_by = 'jobs' order by id",
                        UUID.class)
                .setParameter("project", project)
                .getResultList();
    }
}
