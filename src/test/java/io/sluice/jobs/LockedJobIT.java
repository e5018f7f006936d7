package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.insert;
import static io.sluice.testkit.TestJobs.job;
import static io.sluice.testkit.TestJobs.outcomes;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A job whose row somebody keeps locked: a person at a prompt, a call that changes many jobs, a handler of another. */
class LockedJobIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String QUICK = "\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 0}";

    @BeforeAll
    static void start() {
        TestJobs.node();
    }

    @Test
    void onlyItsOwnEndWaitsForTheLock() throws SQLException {
        UUID locked = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1000}");
        await().atMost(SOON).until(() -> status(DATABASE, locked), "running"::equals);
        List<UUID> others;
        try (Connection person = DATABASE.connect()) {
            lock(person, locked);
            String overdue = "select count(*) from jobs where id = ? and started_at < sluice_now() - interval '1.5 s'";
            await().atMost(SOON).until(() -> DATABASE.count(overdue, locked) == 1);
            others = Stream.generate(() -> insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}"))
                    .limit(100)
                    .toList();
            await("the others").atMost(SOON).until(() -> completed(others) == 100);
            assertThat(status(DATABASE, locked)).isEqualTo("running");
        }
        await().atMost(SOON).until(() -> status(DATABASE, locked), "completed"::equals);
        assertThat(job(DATABASE, locked)).containsEntry("attempts", 1).containsEntry("rescues", 0);
        assertThat(DATABASE.count(
                        "select count(*) from jobs where id = any (?) and completed_at > created_at + interval '4 s'",
                        (Object) others.toArray(UUID[]::new)))
                .as("waited for the lock")
                .isZero();
    }

    @Test
    void onlyTheEndOfANeedWaitsForALockOfTheJobThatWaitsForIt() throws SQLException {
        Api operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        UUID need = enqueue(operator, "\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 1000}");
        UUID waiting = enqueue(operator, QUICK + ", \"depends_on\": [\"" + need + "\"]");
        List<UUID> others;
        try (Connection person = DATABASE.connect()) {
            lock(person, waiting);
            String overdue = "select count(*) from jobs where id = ? and started_at < sluice_now() - interval '1.5 s'";
            await().atMost(SOON).until(() -> DATABASE.count(overdue, need) == 1);
            others = Stream.generate(() -> insert(DATABASE, "test_sleep", "{\"sleep_ms\": 0}"))
                    .limit(100)
                    .toList();
            await("the others").atMost(SOON).until(() -> completed(others) == 100);
            assertThat(status(DATABASE, need)).isEqualTo("running");
        }
        await().atMost(SOON).until(() -> status(DATABASE, waiting), "completed"::equals);
        assertThat(job(DATABASE, need))
                .containsEntry("status", "completed")
                .containsEntry("attempts", 1)
                .containsEntry("rescues", 0);
    }

    /** Its end was looked at by the call that waits for the other one's row, and nobody would look again. */
    @Test
    void aNeedThatIsRetriedMeanwhileIsWaitedFor() throws SQLException {
        Api operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        UUID first = enqueue(operator, QUICK + ", \"delay_seconds\": 86400");
        UUID failed = enqueue(
                operator,
                "\"type\": \"test_fail\", \"max_attempts\": 1,"
                        + " \"payload\": {\"how\": \"throw\", \"until_attempt\": 2}");
        await().atMost(SOON).until(() -> status(DATABASE, failed), "failed"::equals);
        String needs = ", \"run_if\": \"all_ended\", \"depends_on\": [\"" + first + "\", \"" + failed + "\"]";
        operator.put("/v1/job-types/test_fail", "{\"paused\": true}").expect(200);
        try {
            CompletableFuture<UUID> waiting;
            try (Connection person = DATABASE.connect()) {
                lock(person, first);
                waiting = CompletableFuture.supplyAsync(() -> enqueue(operator, QUICK + needs));
                await().atMost(SOON).until(() -> DATABASE.count("""
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock' and query like '%awaited%'
                        """) == 1);
                operator.post("/v1/jobs/" + failed + "/retry", null).expect(202);
            }
            UUID last = waiting.join();
            assertThat(status(DATABASE, last)).isEqualTo("pending");
            operator.put("/v1/job-types/test_fail", "{\"paused\": false}").expect(200);
            await().atMost(SOON).until(() -> status(DATABASE, failed), "completed"::equals);
            operator.post("/v1/jobs/" + first + "/cancel", null).expect(202);
            await().atMost(SOON).until(() -> status(DATABASE, last), "completed"::equals);
        } finally {
            operator.put("/v1/job-types/test_fail", "{\"paused\": false}").expect(200);
        }
    }

    @Test
    void onlyTheRescueThatEndsANeedWaitsForALockOfTheJobThatWaitsForIt() throws SQLException {
        Api operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        String tomorrow = ", \"delay_seconds\": 86400";
        UUID need = enqueue(operator, QUICK + tomorrow + ", \"max_attempts\": 1");
        UUID other = enqueue(operator, QUICK + tomorrow + ", \"max_attempts\": 2");
        UUID waiting = enqueue(operator, QUICK + ", \"run_if\": \"all_ended\", \"depends_on\": [\"" + need + "\"]");
        UUID dead = DATABASE.value("""
                insert into nodes (name, types, slots, state, ended_at)
                values ('4713@elsewhere', '{}', 5, 'dead', clock_timestamp()) returning id
                """);
        try (Connection person = DATABASE.connect()) {
            lock(person, waiting);
            // First the one that nobody can end: no rescue shall come upon the other one alone.
            run(need, dead);
            run(other, dead);
            await("the other").atMost(SOON).until(() -> status(DATABASE, other), "completed"::equals);
            assertThat(job(DATABASE, need)).containsEntry("status", "running").containsEntry("rescues", 0);
        }
        await().atMost(SOON).until(() -> status(DATABASE, waiting), "completed"::equals);
        assertThat(job(DATABASE, need)).containsEntry("status", "failed").containsEntry("rescues", 1);
        assertThat(job(DATABASE, other)).containsEntry("attempts", 2).containsEntry("rescues", 1);
        assertThat(outcomes(DATABASE, other)).containsExactly("lost", "completed");
        DATABASE.execute("delete from nodes where id = ?", dead);
    }

    /** The one that waits for it is cancelled with it, and so touches the one that waits in turn. */
    @Test
    void onlyTheParkingOfANeedWaitsForALockFurtherDownTheChain() throws SQLException {
        Api operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        UUID need = ofUnknownType("unknown_and_awaited");
        UUID other = ofUnknownType("unknown_to_all");
        UUID waiting = enqueue(operator, QUICK + ", \"depends_on\": [\"" + need + "\"]");
        UUID last = enqueue(operator, QUICK + ", \"run_if\": \"all_ended\", \"depends_on\": [\"" + waiting + "\"]");
        try (Connection person = DATABASE.connect()) {
            lock(person, last);
            DATABASE.execute(
                    "update jobs set created_at = sluice_now() - interval '1 hour' where id = any (?)",
                    (Object) new UUID[] {need, other});
            await("the other").atMost(SOON).until(() -> status(DATABASE, other), "failed"::equals);
            assertThat(status(DATABASE, need)).isEqualTo("pending");
        }
        await().atMost(SOON).until(() -> status(DATABASE, last), "completed"::equals);
        assertThat(status(DATABASE, need)).isEqualTo("failed");
        assertThat(status(DATABASE, waiting)).isEqualTo("cancelled");
    }

    /** As if a node had claimed it that then died. */
    private static void run(UUID job, UUID node) {
        DATABASE.execute("""
                update jobs
                set status = 'running', node_id = ?, fencing_token = nextval('job_fencing_tokens'), attempts = 1,
                    scheduled_at = sluice_now(), started_at = sluice_now(),
                    deadline_at = clock_timestamp() + interval '10 minutes'
                where id = ?
                """, node, job);
    }

    /** Not parked yet: it is not there yet. */
    private static UUID ofUnknownType(String type) {
        return DATABASE.value("""
                insert into jobs (type, scheduled_at, created_at)
                values (?, sluice_now() - interval '1 hour', sluice_now() + interval '1 hour') returning id
                """, type);
    }

    private static UUID enqueue(Api operator, String members) {
        return UUID.fromString(operator.post("/v1/jobs", "{" + members + "}")
                .expect(202)
                .json()
                .path("id")
                .asText());
    }

    private static void lock(Connection person, UUID job) throws SQLException {
        person.setAutoCommit(false);
        try (PreparedStatement select = person.prepareStatement("select from jobs where id = ? for update")) {
            select.setObject(1, job);
            select.execute();
        }
    }

    private static long completed(List<UUID> jobs) {
        return DATABASE.count("select count(*) from jobs where id = any (?) and status = 'completed'", (Object)
                jobs.toArray(UUID[]::new));
    }
}
