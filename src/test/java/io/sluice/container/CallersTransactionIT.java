package io.sluice.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.InvalidInputException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.AuditQuery;
import io.sluice.audit.NewAuditEntry;
import io.sluice.events.EventType;
import io.sluice.events.Events;
import io.sluice.events.NewEvent;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.model.Replay;
import io.sluice.jobs.operations.PastJobs;
import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.LimitedClaims;
import io.sluice.jobs.queue.Nodes;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.TransactionalException;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import javax.naming.InitialContext;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** What features write in their caller's transaction stays or goes with it. */
@ArquillianTest
class CallersTransactionIT {
    @Inject
    AuditLog audit;

    @Inject
    JobQueue queue;

    @Inject
    Events events;

    @Resource
    UserTransaction transaction;

    @PersistenceContext
    EntityManager entityManager;

    @Inject
    Attempts attempts;

    @Inject
    Nodes nodes;

    @Inject
    LimitedClaims limits;

    @Inject
    Jobs jobs;

    @Inject
    PastJobs pastJobs;

    @Resource(lookup = "jdbc/sluice")
    DataSource dataSource;

    @Deployment
    static WebArchive deployment() {
        return SluiceArchive.packaged()
                .addClasses(Replay.classes())
                .addClasses(ClaimsTogether.class, NeedsInOneTransaction.class, UnheldBesideLocks.class);
    }

    /** In the same server only to save a start, as the next two. */
    @Test
    void whatTheModelSaysOfJobsIsWhatTheStatementsDo() throws Exception {
        Random random = new Random(20_261_124);
        int steps = 0;
        for (int i = 0; i < 100; i++) {
            steps += new Replay(attempts, nodes, jobs, pastJobs, transaction, dataSource).walk(random);
        }
        assertTrue(steps > 1_000, steps + " steps");
    }

    @Test
    void ofNodesThatClaimAtTheSameInstantOneJudgesTheLimits() throws Exception {
        ManagedExecutorService threads = InitialContext.doLookup("java:app/concurrent/sluiceJobs");
        new ClaimsTogether(limits, nodes, threads, dataSource).assertOneJudges();
    }

    @Test
    void whatANodeGivesBackUnheldIsNotHeldUpByLocksOfOthers() throws Exception {
        new UnheldBesideLocks(attempts, nodes, transaction, dataSource).assertOnlyTheLockedWait();
    }

    @Test
    void anEntryStaysWithTheCommitOfItsChange() throws Exception {
        transaction.begin();
        audit.record(entry("kept"));
        transaction.commit();

        assertEquals(1, entriesAbout("kept"));
    }

    @Test
    void anEntryGoesWithTheRollbackOfItsChange() throws Exception {
        transaction.begin();
        audit.record(entry("rolled-back"));
        transaction.rollback();

        assertEquals(0, entriesAbout("rolled-back"));
    }

    @Test
    void anEntryWithoutATransactionIsRefused() {
        assertThrows(TransactionalException.class, () -> audit.record(entry("nowhere")));
    }

    @Test
    void anEntryCannotBeChanged() throws Exception {
        transaction.begin();
        audit.record(entry("final"));
        transaction.commit();

        transaction.begin();
        try {
            assertThrows(
                    PersistenceException.class,
                    () -> entityManager
                            .createNativeQuery("update audit_entries set actor_id = 'somebody else'")
                            .executeUpdate());
        } finally {
            transaction.rollback();
        }
    }

    @Test
    void aJobStaysWithTheCommitOfItsCaller() throws Exception {
        transaction.begin();
        UUID job = queue.enqueue(job("kept", true)).id();
        transaction.commit();

        assertEquals(1, jobsWithId(job));
    }

    @Test
    void aJobGoesWithTheRollbackOfItsCaller() throws Exception {
        transaction.begin();
        UUID job = queue.enqueue(job("rolled-back", true)).id();
        transaction.rollback();

        assertEquals(0, jobsWithId(job));
    }

    @Test
    void manyJobsAreEnqueuedAllOrNone() throws Exception {
        transaction.begin();
        assertThrows(
                InvalidInputException.class,
                () -> queue.enqueueAll(List.of(job("batch", true), job("batch", false), job("batch", true))));
        transaction.rollback();

        assertEquals(0, count("jobs where project_id = :value", "batch"));
    }

    @Test
    void jobsByTheThousandComeBackInOrderAndEachKeyHasOne() throws Exception {
        List<NewJob> many = new ArrayList<>();
        for (int i = 0; i < 12_000; i++) {
            NewJob plain = job("thousands", true).withDelay(Duration.ofDays(300));
            many.add(
                    switch (i % 4) {
                        case 0 -> plain.withUniqueKey("thousands-" + i % 1000);
                        case 1 -> plain.withPendingKey("thousands-" + i % 1000);
                        case 2 -> plain.withConcurrencyKey("thousands", 7);
                        default -> plain;
                    });
        }
        transaction.begin();
        UUID there = queue.enqueue(many.get(0)).id();
        List<UUID> ids = queue.enqueueAll(many);
        transaction.commit();

        assertEquals(12_000, ids.size());
        assertEquals(6_500, new HashSet<>(ids).size());
        assertEquals(there, ids.get(4_000));
        assertEquals(ids.get(1), ids.get(5_001));
        assertEquals(3_000, count("jobs where concurrency_key = :value and concurrency_limit = 7", "thousands"));
    }

    @Test
    void aJobThatIsThereWaitsForNoMoreWhenItIsNamedAgain() throws Exception {
        new NeedsInOneTransaction(queue, transaction, entityManager).assertNoCircle();
    }

    @Test
    void aJobWithoutATransactionIsRefused() {
        assertThrows(TransactionalException.class, () -> queue.enqueue(job("nowhere", true)));
    }

    @Test
    void eventsStayWithTheCommitOfTheirCause() throws Exception {
        transaction.begin();
        events.publish(List.of(event("kept"), event("kept")));
        transaction.commit();

        assertEquals(2, eventsOf("kept"));
    }

    @Test
    void eventsGoWithTheRollbackOfTheirCause() throws Exception {
        transaction.begin();
        events.publish(event("rolled-back"));
        transaction.rollback();

        assertEquals(0, eventsOf("rolled-back"));
    }

    @Test
    void anEventWithoutATransactionIsRefused() {
        assertThrows(TransactionalException.class, () -> events.publish(event("nowhere")));
    }

    private long eventsOf(String project) {
        return count("events where project_id = :value and data = '{\"answer\": 42}'", project);
    }

    private static NewEvent event(String project) {
        return new EventType<>("thing.done", "A thing was done.", Done.class, new Done(1)).of(project, new Done(42));
    }

    /** What an event of this test carries. */
    public record Done(int answer) {}

    private long jobsWithId(UUID id) {
        return count("jobs where id = :value", id);
    }

    private long count(String rows, Object value) {
        return (long) entityManager
                .createNativeQuery("select count(*) from " + rows, Long.class)
                .setParameter("value", value)
                .getSingleResult();
    }

    private static NewJob job(String project, boolean fits) {
        Map<String, ?> payload = fits ? Map.of("check_all", true) : Map.of("no_such_member", 1);
        return NewJob.of("check_usage_limits", payload).withProject(project);
    }

    private int entriesAbout(String target) {
        AuditQuery query = new AuditQuery(null, null, "thing:" + target, null, null, null);
        return audit.list(query, 10, null).items().size();
    }

    private static NewAuditEntry entry(String target) {
        return new NewAuditEntry("thing.done", "thing", target, null, null, Map.of("colour", "blue"));
    }

    @Test
    void shortStatementsAreNotCompiledAndForgottenTransactionsEnd() throws Exception {
        DataSource reserved = InitialContext.doLookup("jdbc/sluiceReserved");
        assertEquals("off", setting(dataSource, "jit"));
        assertEquals("off", setting(reserved, "jit"));
        assertEquals("10s", setting(reserved, "idle_in_transaction_session_timeout"));
    }

    private static String setting(DataSource pool, String name) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show " + name)) {
            row.next();
            return row.getString(1);
        }
    }
}
