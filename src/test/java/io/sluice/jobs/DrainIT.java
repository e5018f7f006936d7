package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.EventReader;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** SIGTERM on a real server under load. */
class DrainIT {
    private static final Duration GRACE = Duration.ofSeconds(5);

    @Test
    void aStopSignalEndsTheClaimingAtOnceAndLosesNoJob() {
        TestDatabase database = TestJobs.createDatabase();
        try (SluiceServer node = TestJobs.node(database)
                .environment("SLUICE_JOBS_CONCURRENCY", "20")
                .environment("SLUICE_JOBS_DRAIN_TIMEOUT", GRACE.toString())
                .start()) {
            node.awaitReady(SharedServer.START_TIMEOUT);
            List<UUID> quick = insertMany(database, "test_sleep", "{\"sleep_ms\": 4000}", 10);
            List<UUID> slow = insertMany(database, "test_sleep", "{\"sleep_ms\": 60000}", 8);
            List<UUID> deaf = insertMany(database, "test_deaf", "{\"run_ms\": 60000}", 2);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> database.count("select count(distinct job_id) from testing.ledger") == 20);
            List<UUID> waiting = insertMany(database, "test_sleep", "{\"sleep_ms\": 0}", 200);

            EventReader events = EventReader.open(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN, "", null);
            long begun = System.nanoTime();
            node.terminate();
            Object signalAt = database.value("select clock_timestamp()");
            await().atMost(Duration.ofSeconds(3))
                    .until(() -> database.count("select count(*) from nodes where state = 'draining'") == 1);
            await("the end of a stream").atMost(GRACE).until(events::ended);
            assertThat(node.process().isAlive()).isTrue();
            node.awaitExit(GRACE.plusSeconds(15));
            Duration took = Duration.ofNanos(System.nanoTime() - begun);

            assertThat(took).isLessThan(GRACE.plusSeconds(5));
            assertThat(database.count("select count(*) from jobs where started_at > ?", signalAt))
                    .isZero();
            assertThat(database.count("select count(*) from testing.ledger where event = 'start' and at > ?", signalAt))
                    .isZero();
            assertThat(database.count("select count(*) from jobs where status = 'running'"))
                    .isZero();
            assertThat(quick)
                    .allSatisfy(id -> assertThat(outcomes(database, id)).containsExactly("completed"));
            assertThat(slow).allSatisfy(id -> {
                assertThat(outcomes(database, id)).containsExactly("interrupted");
                assertThat(ledger(database, id)).extracting("event").containsExactly("start", "interrupted");
                assertPendingWithoutAnAttempt(database, id);
            });
            assertThat(deaf).allSatisfy(id -> assertPendingUnlessTimedOut(database, id));
            assertThat(waiting).allSatisfy(id -> assertPendingWithoutAnAttempt(database, id));
            assertThat(database.<String>value("select state from nodes")).isEqualTo("stopped");
            assertThat(node.output())
                    .contains("sluice worker: stopping", "jobs running, up to", "sluice worker: stopped");
        }
    }

    private static void assertPendingWithoutAnAttempt(TestDatabase database, UUID id) {
        Map<String, Object> job = TestJobs.job(database, id);
        assertThat(job).containsEntry("status", "pending").containsEntry("attempts", 0);
    }

    /** Its timeout of one second came before the signal or not; lost it is in no case. */
    private static void assertPendingUnlessTimedOut(TestDatabase database, UUID id) {
        assertThat((String) TestJobs.job(database, id).get("status")).isIn("pending", "failed");
        assertThat(outcomes(database, id)).hasSize(1);
    }

    private static List<UUID> insertMany(TestDatabase database, String type, String payload, int count) {
        List<UUID> ids = database.query("""
                        insert into jobs (type, payload)
                        select ?, cast(? as jsonb) from generate_series(1, ?) returning id
                        """, type, payload, count).stream()
                .map(row -> (UUID) row.get("id"))
                .toList();
        TestJobs.wake(database);
        return ids;
    }
}
