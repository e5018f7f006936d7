package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.Metrics;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node that is alone, has nothing to do, and is set to wait for long before it looks again or says that it lives. */
class LongWaitsIT {
    private static final TestDatabase DATABASE = TestJobs.createDatabase();
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);
    private static final Duration LEASE = Duration.ofMinutes(10);

    private static SluiceServer node;
    private static Api operator;

    @BeforeAll
    static void start() {
        node = TestJobs.node(DATABASE)
                .environment("SLUICE_JOBS_POLL_INTERVAL", "PT1H")
                .environment("SLUICE_JOBS_LEASE", LEASE.toString())
                .environment("SLUICE_HEALTH_SILENCE_MAX", SILENCE_MAX.toString())
                .environment("SLUICE_HEALTH_REFRESH_INTERVAL", "PT1S")
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
        operator = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        // Meanwhile it beats each second: it is not idle yet, or does not know that it is alone.
        await().atMost(Duration.ofSeconds(60)).until(() -> silentSeconds() >= 5);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** What is silent for too long makes it red; a thread that waits for work or for news is not silent. */
    @Test
    void itStaysReadyWhileItWaitsForWork() {
        await().during(SILENCE_MAX.plusSeconds(3))
                .atMost(Duration.ofSeconds(30))
                .failFast("not ready", () -> node.status("/health/ready") != 200)
                .until(() -> node.status("/health/ready") == 200);
    }

    /** Its next heartbeat comes minutes later, before its lease is over. */
    @Test
    void itIsCountedAsAliveForAsLongAsItsLeaseLasts() {
        String job = operator.post(
                        "/v1/jobs",
                        "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 0}, \"delay_seconds\": 3600}")
                .expect(202)
                .json()
                .path("id")
                .asText();
        DATABASE.execute("update nodes set heartbeat_at = clock_timestamp() - interval '9 minutes'");
        assertThat(nodes()).isOne();
        assertThat(expiredLeases()).isZero();
        assertThat(reasons(job)).containsExactly("not_due");
        assertThat(Metrics.settled(operator).sum("sluice_nodes")).isOne();
        assertThat(silentSeconds()).as("no heartbeat came between").isGreaterThan(540);
        DATABASE.execute("update nodes set heartbeat_at = heartbeat_at - interval '1 minute'");
        assertThat(nodes()).isZero();
        await().atMost(Duration.ofSeconds(30)).until(() -> expiredLeases() == 1);
        assertThat(reasons(job)).containsExactly("not_due", "no_worker");
        operator.post("/v1/jobs/" + job + "/cancel", null).expect(202);
    }

    private static int nodes() {
        return operator.get("/v1/stats").expect(200).json().path("workers").size();
    }

    private static int expiredLeases() {
        for (JsonNode check : operator.get("/health/ready").json().path("checks")) {
            if (check.path("name").asText().equals("queue")) {
                return check.at("/data/expired_leases").asInt(-1);
            }
        }
        throw new AssertionError("The probe says nothing of the queue.");
    }

    private static List<String> reasons(String job) {
        return operator.get("/v1/jobs/" + job + "/waiting")
                .expect(200)
                .json()
                .path("reasons")
                .findValuesAsText("code");
    }

    private static long silentSeconds() {
        return DATABASE.count("select extract(epoch from clock_timestamp() - heartbeat_at) from nodes");
    }
}
