package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A handler that waits for something outside costs a thread, and no connection to the database. */
class ManyWaitingHandlersIT {
    private static final TestDatabase DATABASE = TestJobs.createDatabase();

    @Test
    void twoHundredHandlersStartWaitAndEndBehindTenConnections() {
        try (SluiceServer node = TestJobs.node(DATABASE)
                .environment("SLUICE_JOBS_CONCURRENCY", "200")
                // And four for the worker.
                .environment("SLUICE_DB_POOL_MAX", "6")
                .environment("SLUICE_JOBS_DRAIN_TIMEOUT", "PT0S")
                .start()) {
            node.awaitReady(SharedServer.START_TIMEOUT);
            try (Connections connections = new Connections()) {
                DATABASE.execute("""
                        insert into jobs (type, payload)
                        select 'test_sleep', '{"sleep_ms": 30000}' from generate_series(1, 200)
                        """);
                TestJobs.wake(DATABASE);

                await().atMost(Duration.ofSeconds(60)).until(() -> events("start") == 200);
                assertThat(jobs("status = 'running' and attempts = 1")).isEqualTo(200);
                assertThat(DATABASE.count("select count(*) from testing.ledger where event <> 'start'"))
                        .as("all wait at once")
                        .isZero();
                // The node still has connections to spare: another look, and the answer to a person.
                DATABASE.execute("update jobs set cancel_requested_at = clock_timestamp()"
                        + " where id = (select id from jobs where type = 'test_sleep' order by id limit 1)");
                await().atMost(Duration.ofSeconds(25)).until(() -> jobs("status = 'cancelled'") == 1);
                assertThat(events("end")).as("the others still wait").isZero();

                await().atMost(Duration.ofSeconds(60)).until(() -> jobs("status = 'completed'") == 199);
                assertThat(connections.looks.get()).isGreaterThan(100);
                assertThat(connections.most.get()).isBetween(1L, 10L);
            }
        }
    }

    private static long events(String event) {
        return DATABASE.count("select count(*) from testing.ledger where event = ?", event);
    }

    private static long jobs(String condition) {
        return DATABASE.count("select count(*) from jobs where type = 'test_sleep' and " + condition);
    }

    /** Looks again and again how many connections the node has. */
    private static final class Connections implements AutoCloseable {
        private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
        private final AtomicLong looks = new AtomicLong();
        private final AtomicLong most = new AtomicLong();

        private Connections() {
            executor.scheduleWithFixedDelay(this::look, 0, 20, TimeUnit.MILLISECONDS);
        }

        private void look() {
            most.accumulateAndGet(DATABASE.count("""
                    select count(*) from pg_stat_activity
                    where datname = current_database() and application_name like 'sluice-%'
                    """), Math::max);
            looks.incrementAndGet();
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }
}
