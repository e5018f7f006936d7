package io.sluice.bench.queue.handler;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.UserTransaction;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hibernate.Session;

/**
 * One caller that enqueues: jobs of a type that is paused, in transactions of its own. Several of these jobs at once are
 * several callers.
 */
@HandlesJob("bench_enqueue")
@ApplicationScoped
public class BenchEnqueueJob implements JobHandler<BenchEnqueueJob.Payload> {
    /** What is enqueued. */
    public static final String SINK = "bench_sink";

    @Inject
    JobQueue queue;

    @PersistenceContext
    EntityManager entityManager;

    @Resource
    UserTransaction transaction;

    /**
     * How to enqueue.
     *
     * @param mode {@code engine}: through the queue; {@code bare}: the same row by an INSERT that wakes nobody, by JDBC;
     *     {@code bare-jpa}: the same by JPA
     * @param batch jobs of one transaction
     */
    public record Payload(String mode, int transactions, int batch) {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) throws Exception {
        long begun = System.nanoTime();
        for (int i = 0; i < payload.transactions(); i++) {
            transaction.begin();
            if (payload.mode().equals("bare")) {
                insert("{\"n\": " + i + "}");
            } else if (payload.mode().equals("bare-jpa")) {
                entityManager
                        .createNativeQuery("insert into jobs (type, payload) values (:type, cast(:payload as jsonb))")
                        .setParameter("type", SINK)
                        .setParameter("payload", "{\"n\": " + i + "}")
                        .executeUpdate();
            } else if (payload.batch() == 1) {
                queue.enqueue(NewJob.of(SINK, Map.of("n", i)));
            } else {
                List<NewJob> jobs = IntStream.range(0, payload.batch())
                        .mapToObj(n -> NewJob.of(SINK, Map.of("n", n)))
                        .toList();
                queue.enqueueAll(jobs);
            }
            transaction.commit();
        }
        return JobOutcome.completed(Map.of("begun", begun, "ended", System.nanoTime()));
    }

    private void insert(String payload) {
        entityManager.unwrap(Session.class).doWork(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into jobs (type, payload) values (?, cast(? as jsonb))")) {
                insert.setString(1, SINK);
                insert.setString(2, payload);
                insert.executeUpdate();
            }
        });
    }
}
