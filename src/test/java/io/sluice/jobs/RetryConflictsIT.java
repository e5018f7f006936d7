package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is refused when jobs are retried or enqueued together, and how the refusal says it. */
class RetryConflictsIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @Test
    void ofTwoRetriesOfOneUniqueKeyTheSecondIsAConflict() throws Exception {
        UUID first = failed("one-at-a-time", 1);
        UUID second = failed("one-at-a-time", 1);
        Answer refused = whileRetried(first, "/v1/jobs/" + second + "/retry", null);
        assertThat(refused.expect(409).code()).isEqualTo("CONFLICT");
    }

    @Test
    void ofTwoRetriesTogetherTheSecondIsAConflict() throws Exception {
        UUID first = failed("all-at-a-time", 1);
        UUID second = failed("all-at-a-time", 1);
        Answer refused = whileRetried(first, "/v1/jobs/retry", "{\"ids\": [\"" + second + "\"]}");
        assertThat(refused.expect(409).code()).isEqualTo("CONFLICT");
    }

    @Test
    void aJobThatRanAThousandTimesIsNotRetriedTogetherEither() {
        UUID worn = failed(null, 1_000);
        operator.post("/v1/jobs/" + worn + "/retry", null).expect(409);
        Answer none =
                operator.post("/v1/jobs/retry", "{\"ids\": [\"" + worn + "\"]}").expect(202);
        assertThat(none.json().path("count").asLong(-1)).isZero();
    }

    @Test
    void whatIsWrongInABatchIsNamedWithItsPlace() {
        String good = "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 0}";
        assertThat(wrong("[" + good + "}, {\"type\": \"unheard_of\"}]")).isEqualTo("jobs[1].type");
        assertThat(wrong("[" + good + "}, {\"type\": \"test_sleep\", \"payload\": {\"sleep\": 0}}]"))
                .startsWith("jobs[1].payload");
        assertThat(wrong("[" + good + "}, " + good + ", \"scheduled_at\": \"2199-01-01T00:00:00Z\"}]"))
                .isEqualTo("jobs[1].scheduled_at");
        assertThat(wrong("[" + good + "}, " + good + ", \"depends_on\": [\"nonsense\"]}]"))
                .isEqualTo("jobs[1].depends_on");
        assertThat(wrong("[" + good + "}], \"on_completion\": {\"type\": \"unheard_of\"}"))
                .isEqualTo("on_completion.type");
    }

    private static String wrong(String jobs) {
        return operator.post("/v1/jobs/batch", "{\"jobs\": " + jobs + "}")
                .expect(400)
                .json()
                .path("errors")
                .path(0)
                .path("field")
                .asText();
    }

    /** What a call is answered that begins while another transaction retries a job, and goes on once that is committed. */
    private static Answer whileRetried(UUID job, String path, String json) throws Exception {
        try (Connection other = DATABASE.connect()) {
            other.setAutoCommit(false);
            retry(other, job);
            CompletableFuture<Answer> call = CompletableFuture.supplyAsync(() -> operator.post(path, json));
            await().atMost(Duration.ofSeconds(30)).until(() -> DATABASE.count("""
                            select count(*) from pg_stat_activity
                            where datname = current_database() and wait_event_type = 'Lock'
                            """) > 0);
            other.commit();
            return call.get(30, TimeUnit.SECONDS);
        }
    }

    private static void retry(Connection connection, UUID job) throws SQLException {
        try (var statement = connection.prepareStatement(
                "update jobs set status = 'pending', completed_at = null, scheduled_at = now() + interval '1 day' where id = ?")) {
            statement.setObject(1, job);
            statement.executeUpdate();
        }
    }

    private static UUID failed(String key, int attempts) {
        return DATABASE.value("""
                        insert into jobs (type, payload, status, attempts, max_attempts, completed_at, unique_key)
                        values ('test_sleep', '{"sleep_ms": 0}', 'failed', ?, ?, now(), ?)
                        returning id
                        """, attempts, attempts, key);
    }
}
