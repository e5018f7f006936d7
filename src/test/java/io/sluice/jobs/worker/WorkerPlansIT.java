package io.sluice.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How the worker's statements find their rows, as PostgreSQL counts it. */
class WorkerPlansIT {
    private static final int JOBS = 100;

    /**
     * Every few seconds the figures count all jobs, which reads the table, and sessions that rested report what they did
     * before: 31 to 44 readings without a flaw. With it there is one more for each job, at least.
     */
    private static final int OTHERS = 80;

    /** By the statistics of a table that was small once; they were right for hundreds of jobs more. */
    @Test
    void noJobCostsAReadingOfTheWholeTable() {
        TestJobs.node();
        TestDatabase database = TestJobs.database();
        database.execute("analyze jobs");
        long before = figure(database, "seq_scan");
        long updates = figure(database, "n_tup_upd");
        for (int i = 0; i < JOBS; i++) {
            long ended = attempts(database);
            TestJobs.insert(database, "test_sleep", "{\"sleep_ms\": 1}");
            TestJobs.wake(database);
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> attempts(database) > ended);
        }
        await().atMost(Duration.ofSeconds(90)).until(() -> figure(database, "n_tup_upd") - updates >= 2 * JOBS);
        assertThat(figure(database, "seq_scan") - before).isLessThan(OTHERS);
    }

    /** Sessions report a second later what they did, or when they have rested for a while. */
    private static long figure(TestDatabase database, String figure) {
        return database.count("select " + figure + " from pg_stat_user_tables where relname = 'jobs'");
    }

    /** Without a look at the table that is watched. */
    private static long attempts(TestDatabase database) {
        return database.count("select count(*) from job_attempts");
    }
}
