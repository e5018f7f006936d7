package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** More urgent work than the node can do, all the time. */
class AgeingIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    private static final int SLOTS = 10;
    /** More than three seconds of work: it must not run dry while the next one is being inserted. */
    private static final int WAVE = 5 * SLOTS;

    @Test
    void theLeastUrgentJobPassesWhatBecomesDueAnHourLaterHoweverUrgentThatIs() {
        TestJobs.node();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> DATABASE.count("select count(*) from jobs where status in ('pending', 'running')"
                                + " and type = 'test_sleep' and scheduled_at <= sluice_now()")
                        == 0);
        insertUrgent(0);
        UUID modest = DATABASE.value("""
                insert into jobs (type, payload, priority) values ('test_sleep', '{"sleep_ms": 0}', 0) returning id
                """);
        for (int wave = 1; wave <= 2; wave++) {
            DATABASE.shiftClock(Duration.ofMinutes(25));
            insertUrgent(wave);
            // The node has looked since the clock moved, and most of the urgent work is left.
            awaitFewerThan(pending());
            assertThat(status(DATABASE, modest)).as("after %s min", wave * 25).isEqualTo("pending");
        }
        DATABASE.shiftClock(Duration.ofMinutes(25));
        insertUrgent(3);
        await().atMost(Duration.ofSeconds(60)).until(() -> status(DATABASE, modest), "completed"::equals);
        awaitFewerThan(1);
        assertThat(DATABASE.count("""
                        select count(*) from jobs j, jobs modest
                        where modest.id = ? and j.request_id = 'ageing-3' and j.fencing_token < modest.fencing_token
                        """, modest))
                .as("urgent jobs that became due more than an hour later and went before, but for one look")
                .isLessThan(SLOTS);
        assertThat(DATABASE.count("""
                        select count(*) from jobs j, jobs modest
                        where modest.id = ? and j.request_id = 'ageing-2' and j.fencing_token > modest.fencing_token
                        """, modest))
                .as("urgent jobs that became due within the hour and went after, but for one look")
                .isLessThan(SLOTS);
    }

    private static void insertUrgent(int wave) {
        DATABASE.execute("""
                insert into jobs (type, payload, priority, request_id)
                select 'test_sleep', '{"sleep_ms": 700}', 1000, ? from generate_series(1, ?)
                """, "ageing-" + wave, WAVE);
        TestJobs.wake(DATABASE);
    }

    private static void awaitFewerThan(long pending) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> pending() < pending);
    }

    private static long pending() {
        return DATABASE.count("select count(*) from jobs where request_id like 'ageing-%' and status = 'pending'");
    }
}
