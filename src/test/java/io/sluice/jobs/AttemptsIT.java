package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.insert;
import static io.sluice.testkit.TestJobs.job;
import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.outcomes;
import static io.sluice.testkit.TestJobs.status;
import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Attempts are executions, counted when they begin; what a handler says or throws decides what comes next. */
class AttemptsIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    @BeforeAll
    static void start() {
        TestJobs.node();
    }

    @Test
    void aJobThatAlwaysFailsIsExecutedExactlyAsOftenAsItMay() {
        Map<Integer, UUID> jobs = Map.of(1, failing("throw", 1), 3, failing("throw", 3), 10, failing("throw", 10));
        jobs.forEach((times, id) -> {
            awaitStatus(id, "failed");
            assertThat(ledger(DATABASE, id)).hasSize(times);
            assertThat(job(DATABASE, id)).containsEntry("attempts", times).containsEntry("max_attempts", times);
            assertThat(outcomes(DATABASE, id)).isEqualTo(nCopies(times, "failed"));
            assertThat((String) job(DATABASE, id).get("last_error")).contains("told to fail");
        });
    }

    @Test
    void aJobWithoutALimitHasItsTypes() {
        UUID id = insert(DATABASE, "test_fail", "{\"how\": \"throw-error\"}");
        awaitStatus(id, "failed");
        assertThat(ledger(DATABASE, id)).hasSize(3);
        assertThat((String) job(DATABASE, id).get("last_error")).contains("StackOverflowError");
    }

    @Test
    void aRetryThatSucceedsCompletesTheJobAndKeepsItsHistory() {
        UUID id = insert(DATABASE, "test_fail", "{\"how\": \"retry\", \"until_attempt\": 3}");
        awaitStatus(id, "completed");
        assertThat(outcomes(DATABASE, id)).containsExactly("failed", "failed", "completed");
        assertThat(job(DATABASE, id)).containsEntry("attempts", 3).containsEntry("last_error", null);
        assertThat(DATABASE.query("select error from job_attempts where job_id = ? order by fencing_token limit 1", id))
                .first()
                .satisfies(row -> assertThat((String) row.get("error")).contains("told to ask"));
    }

    @Test
    void finalErrorsAndDeclaredFailuresAreNotRetried() {
        List<UUID> jobs = List.of(failing("throw-final", 5), failing("failed", 5), failing("nul", 5));
        jobs.forEach(id -> {
            awaitStatus(id, "failed");
            assertThat(ledger(DATABASE, id)).hasSize(1);
            assertThat(job(DATABASE, id)).containsEntry("attempts", 1);
        });
    }

    @Test
    void aHandlerThatReturnsNothingHasFailed() {
        UUID id = failing("nothing", 2);
        awaitStatus(id, "failed");
        assertThat(ledger(DATABASE, id)).hasSize(2);
    }

    @Test
    void snoozingDoesNotCountAsAnAttempt() {
        UUID id = insert(DATABASE, "test_fail", "{\"how\": \"snooze\"}");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> outcomes(DATABASE, id).size() >= 5);
        DATABASE.execute("update jobs set payload = '{\"how\": \"snooze\", \"until_attempt\": 1}' where id = ?", id);
        awaitStatus(id, "completed");
        assertThat(job(DATABASE, id)).containsEntry("attempts", 1);
        assertThat(outcomes(DATABASE, id)).contains("snoozed").endsWith("completed");
    }

    /** Read from what the last retry was scheduled for, not from when a busy machine came to it. */
    @Test
    void theWaitBeforeEachAttemptDoublesWithinItsBounds() {
        UUID once = insert(DATABASE, "test_usual_retry", "{}", 2);
        UUID twice = insert(DATABASE, "test_usual_retry", "{}", 3);
        awaitStatus(once, "failed");
        awaitStatus(twice, "failed");
        assertThat(lastWait(once)).isBetween(0.5, 1.5);
        assertThat(lastWait(twice)).isBetween(1.0, 3.0);
        assertThat(DATABASE.count("""
                        select count(*) from jobs where id in (?, ?) and started_at < scheduled_at
                        """, once, twice)).isZero();
    }

    private static double lastWait(UUID failed) {
        return DATABASE.<Number>value("""
                        select extract(epoch from j.scheduled_at - a.ended_at)
                        from jobs j join job_attempts a on a.job_id = j.id and a.attempt = j.attempts - 1
                        where j.id = ?
                        """, failed).doubleValue();
    }

    private static UUID failing(String how, int maxAttempts) {
        return insert(DATABASE, "test_fail", "{\"how\": \"" + how + "\"}", maxAttempts);
    }

    private static void awaitStatus(UUID id, String status) {
        await().atMost(Duration.ofSeconds(60)).until(() -> status(DATABASE, id), status::equals);
    }
}
