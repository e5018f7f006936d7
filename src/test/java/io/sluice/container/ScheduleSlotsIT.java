package io.sluice.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.jobs.schedule.DueSlots;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.UserTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/**
 * A thousand slots, decided by the real beans on a real PostgreSQL. Three nodes are played by threads that come and go,
 * beside the timer of this server; time passes by the test clock, at random; and the connections with which they decide
 * are cut off at random, in the middle of whatever they do.
 */
@ArquillianTest
class ScheduleSlotsIT {
    private static final int SLOTS = 1_000;
    private static final long SEED = 20_261_124;

    @Inject
    DueSlots slots;

    @Resource
    ManagedThreadFactory threads;

    @Resource
    UserTransaction transaction;

    @PersistenceContext
    EntityManager entityManager;

    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean over;

    @Deployment
    static WebArchive deployment() {
        return SluiceArchive.packaged();
    }

    @Test
    void eachSlotHasExactlyOneJobThoughNodesComeAndGo() throws Exception {
        execute("""
                insert into schedules (name, job_type, cron, overlap, catch_up, next_run_at)
                values ('thousand', 'known_to_nobody', '* * * * *', 'queue', 1000,
                        date_trunc('minute', sluice_now()) + interval '1 minute')
                """);
        List<Thread> running = new ArrayList<>();
        for (int node = 0; node < 3; node++) {
            int seed = node;
            running.add(threads.newThread(() -> liveAndDie(new Random(SEED + seed))));
        }
        running.add(threads.newThread(() -> cutConnections(new Random(SEED - 1))));
        running.forEach(Thread::start);
        try {
            passTime(new Random(SEED - 2));
            awaitEnd();
        } finally {
            over = true;
            for (Thread thread : running) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
        }
        assertTrue(failures.get() > 0, "no decision was ever cut off");
        assertEquals(0L, count("select count(*) - count(distinct slot) from jobs where schedule = 'thousand'"));
        assertTrue(count("select count(*) from jobs where schedule = 'thousand'") >= SLOTS);
        assertEquals(0L, count("""
                        select (extract(epoch from max(slot) - min(slot)) / 60 + 1 - count(*))::bigint
                        from jobs where schedule = 'thousand'
                        """), "slots without a job");
        execute("delete from schedules where name = 'thousand'");
        execute("delete from jobs where schedule = 'thousand'");
    }

    /** One node: it looks for due slots again and again, and is away from time to time. */
    private void liveAndDie(Random random) {
        while (!over) {
            try {
                slots.due().forEach(slots::run);
            } catch (RuntimeException cutOff) {
                failures.incrementAndGet();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(20) == 0 ? 200 : 1));
        }
    }

    private void cutConnections(Random random) {
        while (!over) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5 + random.nextInt(40)));
            try {
                count("""
                        select count(pg_terminate_backend(pid)) from (
                            select pid from pg_stat_activity
                            where datname = current_database() and pid <> pg_backend_pid()
                              and (query ilike '%schedules%' or query ilike '%jobs%') and state <> 'idle'
                            order by random() limit 1) as one
                        """);
            } catch (RuntimeException itself) {
                failures.incrementAndGet();
            }
        }
    }

    private void passTime(Random random) throws Exception {
        for (int passed = 0; passed < SLOTS; ) {
            int minutes = 1 + random.nextInt(random.nextInt(10) == 0 ? 20 : 3);
            execute("update sluice_test_clock set shift = shift + interval '" + minutes + " minutes'");
            passed += minutes;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(30)));
        }
    }

    private void awaitEnd() {
        long limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (System.nanoTime() < limit) {
            try {
                if (count("select count(*) from schedules where name = 'thousand' and next_run_at <= sluice_now()")
                        == 0) {
                    return;
                }
            } catch (RuntimeException cutOff) {
                failures.incrementAndGet();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private long count(String statement) {
        return ((Number) entityManager.createNativeQuery(statement).getSingleResult()).longValue();
    }

    private void execute(String statement) throws Exception {
        transaction.begin();
        entityManager.createNativeQuery(statement).executeUpdate();
        transaction.commit();
    }
}
