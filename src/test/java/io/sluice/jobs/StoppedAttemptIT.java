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
        await().atMost(Duration.ofSeconds(40)).until(() -> status(DATABASE, id), "failed"::equals);
        assertThat(ledger(DATABASE, id))
                .extracting("event")
                .containsExactly("start", "interrupted", "start", "interrupted");
        assertThat(outcomes(DATABASE, id)).containsExactly("timed_out", "timed_out");
        assertThat(DATABASE.count("""
                        select count(*) from job_attempts
                        where job_id = ? and ended_at - started_at >= interval '1 s'
                        """, id)).as("not stopped before its time").isEqualTo(2);
        // Promised is a second. The node looks ten times as often, so nine tenths are left for a busy machine.
        assertThat(DATABASE.count("""
                        select count(*) from testing.ledger s join testing.ledger i using (job_id, attempt)
                        where s.job_id = ? and s.event = 'start' and i.event = 'interrupted'
                          and i.at - s.at < interval '1 s' + interval '1 s'
                        """, id))
                .as("interrupted within a second of the timeout")
                .isEqualTo(2);
    }

    @Test
    void whatAHandlerDoesAfterItsTimeoutDoesNotCount() {
        UUID id = insert(DATABASE, "test_late", "{\"after_ms\": 0}", 2);
        await().atMost(Duration.ofSeconds(40)).until(() -> status(DATABASE, id), "failed"::equals);
        assertThat(outcomes(DATABASE, id)).containsExactly("timed_out", "timed_out");
        assertThat((String) job(DATABASE, id).get("last_error")).isEqualTo("Timed out after PT1S.");
        assertThat(job(DATABASE, id)).containsEntry("result", null);
        assertThat(ledger(DATABASE, id))
                .as("one after the other, and both wrote")
                .extracting("event")
                .containsExactly("start", "written", "start", "written");
        assertThat(effects(id)).isZero();
    }

    @Test
    void whatAHandlerDoesAfterItWasGivenUpDoesNotCount() {
        UUID id = insert(DATABASE, "test_late", "{\"after_ms\": 5000}", 2);
        await().atMost(Duration.ofSeconds(40)).until(() -> status(DATABASE, id), "failed"::equals);
        assertThat(ledger(DATABASE, id))
                .as("not yet at its end")
                .extracting("event")
                .containsExactly("start");
        await().atMost(Duration.ofSeconds(40))
                .until(() -> TestJobs.node()
                        .output()
                        .lines()
                        .anyMatch(
                                line -> line.contains("ended after it was given up") && line.contains(id.toString())));
        assertThat(ledger(DATABASE, id)).extracting("event").containsExactly("start", "written");
        assertThat(effects(id)).isZero();
        assertThat(status(DATABASE, id)).isEqualTo("failed");
        assertThat(outcomes(DATABASE, id)).containsExactly("timed_out");
        assertThat((String) job(DATABASE, id).get("last_error")).contains("may still be running");
    }

    private static long effects(UUID id) {
        return DATABASE.count("select count(*) from testing.effects where job_id = ?", id);
    }

    @Test
    void aCancelledRunningJobIsInterruptedWithinASecondOrTwo() {
        UUID id = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 60000}");
        await().atMost(Duration.ofSeconds(30)).until(() -> !ledger(DATABASE, id).isEmpty());
        DATABASE.execute("update jobs set cancel_requested_at = clock_timestamp() where id = ?", id);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, id), "cancelled"::equals);
        assertThat(DATABASE.count("""
                        select count(*) from jobs j join testing.ledger l on l.job_id = j.id
                        where j.id = ? and l.event = 'interrupted' and l.at < j.cancel_requested_at + interval '4 s'
                        """, id)).as("interrupted within seconds").isOne();
        assertThat(ledger(DATABASE, id)).extracting("event").containsExactly("start", "interrupted");
        assertThat(outcomes(DATABASE, id)).containsExactly("cancelled");
    }

    @Test
    void handlersThatIgnoreTheirInterruptLoseTheirSlotsAndNeverOverlap() {
        List<UUID> deaf = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            deaf.add(insert(DATABASE, "test_deaf", "{\"run_ms\": 12000}"));
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> deaf.stream().allMatch(id -> !ledger(DATABASE, id).isEmpty()));
        UUID other = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1}");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, other), "completed"::equals);
        assertThat(DATABASE.count("""
                        select count(*) from testing.ledger d, testing.ledger o
                        where d.job_id = any (?) and d.event = 'end' and o.job_id = ? and o.event = 'end' and d.at < o.at
                        """, deaf.toArray(UUID[]::new), other))
                .as("that ended and gave their slots back so")
                .isZero();
        UUID one = deaf.get(0);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, one), "failed"::equals);
        assertThat((String) job(DATABASE, one).get("last_error")).contains("interrupted");
        assertThat(ledger(DATABASE, one)).extracting("event").containsExactly("start");

        // An operator's retry on the same node waits until the first execution has really ended.
        DATABASE.execute("""
                update jobs set status = 'pending', completed_at = null, max_attempts = attempts + 1 where id = ?
                """, one);
        await().atMost(Duration.ofSeconds(60)).until(() -> ledger(DATABASE, one).size() >= 3);
        assertThat(ledger(DATABASE, one)).extracting("event").startsWith("start", "end", "start");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> DATABASE.count(
                                "select count(distinct job_id) from testing.ledger where event = 'end' and job_id = any (?)",
                                (Object) deaf.toArray(UUID[]::new))
                        == 10);
    }
}
