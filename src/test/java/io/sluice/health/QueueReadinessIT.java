package io.sluice.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node answers for what it could run and doesn't, and for nothing else. */
class QueueReadinessIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int MINUTES = 30;

    private final Api operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    private final String mark = "readiness-" + UUID.randomUUID();

    @AfterEach
    void leaveNothing() {
        DATABASE.execute("drop trigger if exists testing_stuck on jobs");
        operator.put("/v1/job-types/test_result", "{\"rate_limit\": {\"jobs\": 0, \"per_seconds\": 1}}")
                .expect(200);
        DATABASE.execute("delete from jobs where request_id = ? and status = 'pending'", mark);
        DATABASE.execute(
                "update jobs set cancel_requested_at = clock_timestamp() where request_id = ? and status = 'running'",
                mark);
        await().atMost(SOON).until(() -> oldestMinutes() < MINUTES && isUp());
    }

    @Test
    void aJobThatNothingHoldsBackAndNobodyTakesMakesANodeWithAFreeSlotRed() {
        DATABASE.execute("""
                create or replace function testing.leave_alone() returns trigger language plpgsql as 'begin return null; end'
                """);
        DATABASE.execute("create trigger testing_stuck before update on jobs for each row when (old.request_id = '"
                + mark + "') execute function testing.leave_alone()");
        insertLongDue("test_sleep", "{\"sleep_ms\": 0}", "null");
        await().atMost(SOON).until(() -> !isUp());
        assertThat(operator.get("/health/ready").status()).isEqualTo(503);
        DATABASE.execute("drop trigger testing_stuck on jobs");
        await().atMost(SOON).until(this::isUp);
    }

    @Test
    void aJobThatWaitsForALimitLeavesItGreen() {
        UUID holder = UUID.fromString(operator.post("/v1/jobs", """
                        {"type": "test_sleep", "payload": {"sleep_ms": 60000}, "concurrency_key": "%s", "concurrency_limit": 1}
                        """.formatted(mark), "X-Request-Id", mark)
                .expect(202)
                .json()
                .path("id")
                .asText());
        await().atMost(SOON).until(() -> TestJobs.status(DATABASE, holder).equals("running"));
        insertLongDue("test_sleep", "{\"sleep_ms\": 0}", "'" + mark + "'");
        staysGreen();
        operator.post("/v1/jobs/" + holder + "/cancel", null).expect(202);
    }

    @Test
    void aJobThatWaitsForTheRateOfItsTypeLeavesItGreen() {
        operator.put("/v1/job-types/test_result", "{\"rate_limit\": {\"jobs\": 1, \"per_seconds\": 86400}}")
                .expect(200);
        insertLongDue("test_result", "{\"storable\": true}", "null");
        insertLongDue("test_result", "{\"storable\": true}", "null");
        staysGreen();
    }

    @Test
    void aJobOfATypeThatItDoesNotKnowLeavesItGreen() {
        insertLongDue("test_of_another_release", "{}", "null");
        staysGreen();
    }

    /** After the figures have seen the job. */
    private void staysGreen() {
        await().atMost(SOON).until(() -> oldestMinutes() >= MINUTES);
        assertThat(isUp()).isTrue();
        assertThat(operator.get("/health/ready").status()).isEqualTo(200);
    }

    private void insertLongDue(String type, String payload, String key) {
        DATABASE.execute(
                "insert into jobs (type, payload, scheduled_at, request_id, concurrency_key, concurrency_limit)"
                        + " values (?, cast(? as jsonb), sluice_now() - interval '" + MINUTES + " minutes', ?, " + key
                        + ", case when " + key + " is not null then 1 end)",
                type,
                payload,
                mark);
        DATABASE.query("select pg_notify('sluice_jobs', 'limited')::text");
    }

    private boolean isUp() {
        return queue().path("status").asText().equals("UP");
    }

    private long oldestMinutes() {
        return Long.parseLong(queue().at("/data/oldest_due_ms").asText()) / 60_000;
    }

    private JsonNode queue() {
        for (JsonNode check : operator.get("/health/ready").json().path("checks")) {
            if (check.path("name").asText().equals("queue")) {
                return check;
            }
        }
        throw new AssertionError("The probe says nothing of the queue.");
    }
}
