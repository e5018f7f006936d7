package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A job that is to run later starts when it is due: not before, and not much after. */
class DelaysIT {
    private static final TestDatabase DATABASE = TestJobs.createDatabase();
    private static final Duration SOON = Duration.ofSeconds(30);

    private static SluiceServer node;
    private static Api operator;

    /** Neither its looks nor its heartbeats come by themselves for a minute: only what it knows of the times of jobs. */
    @BeforeAll
    static void start() {
        node = TestJobs.node(DATABASE)
                .environment("SLUICE_JOBS_POLL_INTERVAL", "PT60S")
                .environment("SLUICE_JOBS_LEASE", "PT120S")
                .start();
        node.awaitReady(SharedServer.START_TIMEOUT);
        operator = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void delayedJobsStartWhenTheirDelayIsOver() {
        List<JsonNode> jobs = Stream.of(1, 2, 3, 4)
                .map(seconds -> enqueue("\"delay_seconds\": " + seconds))
                .toList();
        for (int i = 0; i < jobs.size(); i++) {
            assertThat(time(jobs.get(i), "scheduled_at"))
                    .isCloseTo(time(jobs.get(i), "created_at").plusSeconds(i + 1), within(200, ChronoUnit.MILLIS));
        }
        jobs.forEach(DelaysIT::assertStartsInTime);
    }

    @Test
    void jobsStartAtTheTimeThatTheirCallerNamed() {
        Instant now =
                DATABASE.<Timestamp>value("select sluice_now()").toInstant().truncatedTo(ChronoUnit.MILLIS);
        List<JsonNode> jobs = Stream.of(1_500, 2_700, 3_900, 5_100)
                .map(millis -> enqueue("\"scheduled_at\": \"" + now.plusMillis(millis) + "\""))
                .toList();
        assertThat(jobs)
                .extracting(job -> time(job, "scheduled_at"))
                .containsExactly(
                        now.plusMillis(1_500), now.plusMillis(2_700), now.plusMillis(3_900), now.plusMillis(5_100));
        jobs.forEach(DelaysIT::assertStartsInTime);
    }

    @Test
    void theJobsOfABatchStartEachAtItsOwnTime() {
        Instant now =
                DATABASE.<Timestamp>value("select sluice_now()").toInstant().truncatedTo(ChronoUnit.MILLIS);
        String jobs = Stream.of(
                        "\"delay_seconds\": 1",
                        "\"scheduled_at\": \"" + now.plusMillis(2_700) + "\"",
                        "\"delay_seconds\": 4",
                        "\"scheduled_at\": \"" + now.plusMillis(5_300) + "\"")
                .map(when -> "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 0}, " + when + "}")
                .collect(Collectors.joining(", "));
        operator.post("/v1/jobs/batch", "{\"jobs\": [" + jobs + "]}")
                .expect(202)
                .json()
                .path("ids")
                .forEach(id -> assertStartsInTime(
                        operator.get("/v1/jobs/" + id.asText()).expect(200).json()));
    }

    @Test
    void aJobOfTheNextHourWaitsUntilThenAndSaysSo() {
        JsonNode job = enqueue("\"delay_seconds\": 3600");
        UUID id = UUID.fromString(job.path("id").asText());
        JsonNode reason = operator.get("/v1/jobs/" + id + "/waiting")
                .expect(200)
                .json()
                .path("reasons")
                .get(0);
        assertThat(reason.path("code").asText()).isEqualTo("not_due");
        assertThat(Instant.parse(reason.path("until").asText())).isEqualTo(time(job, "scheduled_at"));

        DATABASE.shiftClock(Duration.ofMinutes(59));
        // The node has looked for jobs of this type since then.
        awaitCompleted(UUID.fromString(enqueue("\"priority\": 0").path("id").asText()));
        assertThat(status(DATABASE, id)).isEqualTo("pending");
        DATABASE.shiftClock(Duration.ofMinutes(1));
        TestJobs.wake(DATABASE);
        awaitCompleted(id);
        assertNotEarly(id);
    }

    @Test
    void aJobHasOneTimeOnly() {
        operator.post("/v1/jobs", """
                        {"type": "test_sleep", "payload": {"sleep_ms": 0}, "delay_seconds": 1,
                         "scheduled_at": "%s"}
                        """.formatted(Instant.now().plusSeconds(60))).expect(400);
    }

    private static void assertStartsInTime(JsonNode job) {
        UUID id = UUID.fromString(job.path("id").asText());
        awaitCompleted(id);
        assertNotEarly(id);
        assertThat(DATABASE.<Number>value("""
                        select extract(epoch from started_at - scheduled_at) from jobs where id = ?
                        """, id).doubleValue())
                .as("seconds too late")
                .isLessThan(3);
    }

    private static void assertNotEarly(UUID id) {
        JsonNode ended = operator.get("/v1/jobs/" + id).expect(200).json();
        assertThat(time(ended, "started_at")).isAfterOrEqualTo(time(ended, "scheduled_at"));
        assertThat(ended.path("attempts").asInt()).isOne();
    }

    private static void awaitCompleted(UUID id) {
        await().atMost(SOON).until(() -> status(DATABASE, id), "completed"::equals);
    }

    private static Instant time(JsonNode job, String member) {
        return Instant.parse(job.path(member).asText());
    }

    private static JsonNode enqueue(String member) {
        return operator.post("/v1/jobs", "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 0}, " + member + "}")
                .expect(202)
                .json();
    }
}
