package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.insert;
import static io.sluice.testkit.TestJobs.insertMarked;
import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.outcomes;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever lost a job cannot change it any more, nor keep what it wrote in the job's completion. */
class FencingIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    /** What a job enqueues has its request too. */
    private final String mark = "fenced-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        TestJobs.node();
    }

    @AfterEach
    void leaveNothingThatRuns() {
        DATABASE.execute("delete from jobs where request_id = ?", mark);
    }

    @Test
    void aFinishUnderAnOldTokenIsDropped() {
        UUID id = insertMarked(DATABASE, mark, "test_fail", "{\"how\": \"stolen\"}");
        awaitStale(id);
        assertThat(status(DATABASE, id)).isEqualTo("running");
        assertThat(outcomes(DATABASE, id)).isEmpty();
    }

    @Test
    void whatWasWrittenInTheCompletionOfALostJobIsRolledBack() {
        UUID id = insertMarked(DATABASE, mark, "test_effect", "{\"then\": \"stolen\", \"sleep_ms\": 0}");
        awaitStale(id);
        assertThat(DATABASE.count("select count(*) from testing.effects where job_id = ?", id))
                .isZero();
        assertThat(DATABASE.count("select count(*) from jobs where request_id = ? and id <> ?", mark, id))
                .isZero();
    }

    @Test
    void aHandlerWhoseJobWasTakenAwayIsInterruptedSoon() {
        UUID id = insertMarked(DATABASE, mark, "test_sleep", "{\"sleep_ms\": 60000}");
        awaitEvent(id, "start");
        DATABASE.execute("update jobs set fencing_token = nextval('job_fencing_tokens') where id = ?", id);
        awaitEvent(id, "interrupted");
        awaitStale(id);
        assertThat(outcomes(DATABASE, id)).isEmpty();
    }

    @Test
    void completionAndEffectsCommitTogetherAndAFailureLeavesNone() {
        UUID good = insert(DATABASE, "test_effect", "{\"then\": \"complete\", \"sleep_ms\": 0}");
        UUID bad = insert(DATABASE, "test_effect", "{\"then\": \"fail\", \"sleep_ms\": 0}", 2);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, good), "completed"::equals);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, bad), "failed"::equals);
        assertThat(DATABASE.count("select count(*) from testing.effects where job_id = ?", good))
                .isOne();
        assertThat(DATABASE.count("select count(*) from testing.effects where job_id = ?", bad))
                .isZero();
    }

    @Test
    void ownershipIsKeptUntilTheTransactionEnds() throws Exception {
        UUID id = insert(DATABASE, "test_effect", "{\"then\": \"own\", \"sleep_ms\": 5000}");
        awaitEvent(id, "written");
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            long begun = System.nanoTime();
            int taken = statement.executeUpdate("update jobs set fencing_token = nextval('job_fencing_tokens') where id"
                    + " = '" + id + "' and status = 'running'");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(500));
            assertThat(taken).isZero();
        }
        assertThat(status(DATABASE, id)).isEqualTo("completed");
        assertThat(DATABASE.count("select count(*) from testing.effects where job_id = ?", id))
                .isOne();
    }

    private static void awaitStale(UUID id) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> TestJobs.node()
                        .output()
                        .lines()
                        .anyMatch(line -> line.contains("stale job end dropped") && line.contains(id.toString())));
    }

    private static void awaitEvent(UUID id, String event) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> ledger(DATABASE, id).stream()
                        .anyMatch(row -> row.get("event").equals(event)));
    }
}
