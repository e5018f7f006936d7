package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.job;
import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A pending key joins requests into one job without ever swallowing one: the job sees what each requester wrote. */
class PendingKeyIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    @BeforeAll
    static void start() {
        TestJobs.node();
    }

    @Test
    void aPendingJobWaitsForTheTransactionThatAskedForItAgain() {
        String key = "joined-" + UUID.randomUUID();
        UUID pending = pending(key, "1 hour");
        UUID asking = asking(key, 3000);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> ledger(DATABASE, asking).stream()
                        .anyMatch(row -> row.get("event").equals("written")));
        DATABASE.shiftClock(Duration.ofHours(1));
        TestJobs.wake(DATABASE);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, pending), "completed"::equals);
        assertThat(status(DATABASE, asking)).isEqualTo("completed");
        Timestamp started = (Timestamp) job(DATABASE, pending).get("started_at");
        Timestamp committed = (Timestamp) job(DATABASE, asking).get("completed_at");
        assertThat(started).isAfterOrEqualTo(committed);
        assertThat(madeBy(key)).isZero();
    }

    @Test
    void aClaimedJobDoesNotCountSoAnotherOneIsMade() {
        String key = "claimed-" + UUID.randomUUID();
        UUID running = DATABASE.value("""
                insert into jobs (type, payload, pending_key)
                values ('test_sleep', '{"sleep_ms": 5000}', ?) returning id
                """, key);
        TestJobs.wake(DATABASE);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !ledger(DATABASE, running).isEmpty());
        UUID asking = asking(key, 0);
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, asking), "completed"::equals);
        assertThat(madeBy(key)).isOne();
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, running), "completed"::equals);
    }

    private static UUID pending(String key, String delay) {
        return DATABASE.value("""
                insert into jobs (type, payload, pending_key, scheduled_at)
                values ('test_sleep', '{"sleep_ms": 0}', ?, sluice_now() + cast(? as interval)) returning id
                """, key, delay);
    }

    /** What it enqueues has its request, by which it is found. */
    private static UUID asking(String key, long sleepMs) {
        UUID id = DATABASE.value(
                "insert into jobs (type, payload, request_id) values ('test_effect', cast(? as jsonb), ?) returning id",
                "{\"then\": \"complete\", \"sleep_ms\": " + sleepMs + ", \"pending_key\": \"" + key + "\"}",
                key);
        TestJobs.wake(DATABASE);
        return id;
    }

    private static long madeBy(String request) {
        return DATABASE.count("select count(*) from jobs where request_id = ? and type = 'test_sleep'", request);
    }
}
