package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.insert;
import static io.sluice.testkit.TestJobs.job;
import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.outcomes;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Timeout and cancellation reach the handler; one that doesn't listen harms nobody but its own job. */
class StoppedAttemptIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    @BeforeAll
    static void start() {
        TestJobs.node();
    }

    @Test
    void aTimeoutInterruptsTheHandlerAndTheJobIsTriedAgain() {
        UUID id = insert(DATABASE, "test_hang", "{}", 2);
        await().atMost(Duration.ofSeconds(20)).until(() -> status(DATABASE, id), "failed"::equals);
        assertThat(ledger(DATABASE, id))
                .extracting("event")
                .containsExactly("start", "interrupted", "start", "interrupted");
        assertThat(outcomes(DATABASE, id)).containsExactly("timed_out", "timed_out");
        assertThat(DATABASE.count("""
                        select count(*) from job_attempts
                        where job_id = ? and ended_at - started_at between interval '0.9 s' and interval '3 s'
                        """, id)).isEqualTo(2);
    }

    @Test
    void aCancelledRunningJobIsInterruptedWithinASecondOrTwo() {
        UUID id = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 60000}");
        await().atMost(Duration.ofSeconds(7)).until(() -> !ledger(DATABASE, id).isEmpty());
        DATABASE.execute("update jobs set cancel_requested_at = clock_timestamp() where id = ?", id);
        await().atMost(Duration.ofSeconds(4)).until(() -> status(DATABASE, id), "cancelled"::equals);
        assertThat(ledger(DATABASE, id)).extracting("event").containsExactly("start", "interrupted");
        assertThat(outcomes(DATABASE, id)).containsExactly("cancelled");
    }

    @Test
    void handlersThatIgnoreTheirInterruptLoseTheirSlotsAndNeverOverlap() {
        List<UUID> deaf = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            deaf.add(insert(DATABASE, "test_deaf", "{\"run_ms\": 12000}"));
        }
        await().atMost(Duration.ofSeconds(7))
                .until(() -> deaf.stream().allMatch(id -> !ledger(DATABASE, id).isEmpty()));
        UUID other = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1}");
        await().atMost(Duration.ofSeconds(9)).until(() -> status(DATABASE, other), "completed"::equals);
        UUID one = deaf.get(0);
        await().atMost(Duration.ofSeconds(3)).until(() -> status(DATABASE, one), "failed"::equals);
        assertThat((String) job(DATABASE, one).get("last_error")).contains("interrupted");
        assertThat(ledger(DATABASE, one)).extracting("event").containsExactly("start");

        // An operator's retry on the same node waits until the first execution has really ended.
        DATABASE.execute("""
                update jobs set status = 'pending', completed_at = null, max_attempts = attempts + 1 where id = ?
                """, one);
        await().atMost(Duration.ofSeconds(20)).until(() -> ledger(DATABASE, one).size() >= 3);
        assertThat(ledger(DATABASE, one)).extracting("event").startsWith("start", "end", "start");
        await().atMost(Duration.ofSeconds(15))
                .until(() -> DATABASE.count("select count(*) from testing.ledger where event = 'end' and job_id in"
                                + " (select id from jobs where type = 'test_deaf')")
                        >= 10);
    }
}
