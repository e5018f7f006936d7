package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A handler that waits for something outside costs a thread, and no connection to the database. */
class ManyWaitingHandlersIT {
    private static final TestDatabase DATABASE = TestJobs.createDatabase();

    @Test
    void twoHundredHandlersWaitAtOnceBehindTenConnections() {
        try (SluiceServer node = TestJobs.node(DATABASE)
                .environment("SLUICE_JOBS_CONCURRENCY", "200")
                .environment("SLUICE_DB_POOL_MAX", "10")
                .environment("SLUICE_JOBS_DRAIN_TIMEOUT", "PT0S")
                .start()) {
            node.awaitReady(SharedServer.START_TIMEOUT);
            DATABASE.execute("""
                    insert into jobs (type, payload)
                    select 'test_sleep', '{"sleep_ms": 300000}' from generate_series(1, 200)
                    """);
            TestJobs.wake(DATABASE);

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> DATABASE.count("select count(*) from testing.ledger where event = 'start'") == 200);

            assertThat(DATABASE.count("select count(*) from jobs where type = 'test_sleep' and status = 'running'"
                            + " and attempts = 1"))
                    .isEqualTo(200);
            assertThat(DATABASE.count("select count(*) from testing.ledger where event <> 'start'"))
                    .isZero();
            assertThat(DATABASE.count("""
                    select count(*) from pg_stat_activity
                    where datname = current_database() and application_name like 'sluice-%'
                    """)).isBetween(1L, 10L);
            // The node still has connections to spare: another look, and the answer to a person.
            DATABASE.execute("update jobs set cancel_requested_at = clock_timestamp()"
                    + " where id = (select id from jobs where type = 'test_sleep' order by id limit 1)");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> DATABASE.count("select count(*) from jobs where status = 'cancelled'") == 1);
        }
    }
}
