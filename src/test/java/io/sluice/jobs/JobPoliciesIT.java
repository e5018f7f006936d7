package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.insert;
import static io.sluice.testkit.TestJobs.job;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators set for a type holds from the next attempt on, while the nodes run; nodes hear of it with a heartbeat. */
class JobPoliciesIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String RETRY = "/v1/job-types/test_usual_retry";
    private static final String HANG = "/v1/job-types/test_hang";

    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @Test
    void attemptsAreAsManyAsOperatorsSet() {
        operator.put(RETRY, "{\"max_attempts\": 2, \"backoff_seconds\": 0.05, \"cap_seconds\": 0.1, \"jitter\": 0}")
                .expect(200);
        JsonNode policy = shown("test_usual_retry").path("retry_policy");
        assertThat(policy.path("max_attempts").asInt()).isEqualTo(2);
        assertThat(policy.path("jitter").asDouble()).isZero();
        try {
            awaitAttemptsOfAJob(2);
        } finally {
            giveTheRetriesBack();
        }
        operator.put(RETRY, "{\"jitter\": 1.5}").expect(400);
        operator.put(RETRY, "{\"timeout_seconds\": 0}").expect(400);
    }

    @Test
    void theWaitBeforeTheNextAttemptIsAsOperatorsSet() {
        UUID retried = insert(DATABASE, "test_usual_retry", "{}", 20);
        await().atMost(SOON).until(() -> job(DATABASE, retried).get("attempts"), attempts -> !attempts.equals(0));
        operator.put(RETRY, "{\"backoff_seconds\": 40, \"cap_seconds\": 50, \"jitter\": 0}")
                .expect(200);
        try {
            await("the cap, for a job that had begun before").atMost(SOON).until(() -> wait(retried) == 50_000);
            assertThat((int) job(DATABASE, retried).get("attempts")).isBetween(2, 5);
            UUID fresh = insert(DATABASE, "test_usual_retry", "{}", 20);
            assertThat(awaitWait(fresh)).as("the backoff").isEqualTo(40_000);

            operator.put(RETRY, "{\"jitter\": 0.25}").expect(200);
            await().atMost(SOON).until(() -> awaitWait(insert(DATABASE, "test_usual_retry", "{}")) != 40_000);
            List<Long> waits = Stream.generate(() -> insert(DATABASE, "test_usual_retry", "{}"))
                    .limit(10)
                    .map(JobPoliciesIT::awaitWait)
                    .toList();
            assertThat(waits).allSatisfy(wait -> assertThat(wait).isBetween(30_000L, 50_000L));
            assertThat(waits.stream().distinct().count()).isGreaterThan(5);
        } finally {
            DATABASE.execute("delete from jobs where type = 'test_usual_retry' and status = 'pending'");
            giveTheRetriesBack();
        }
    }

    @Test
    void theTimeOfTheNextAttemptIsAsOperatorsSet() {
        UUID hanging = insert(DATABASE, "test_hang", "{}", 50);
        await().atMost(SOON).until(() -> !runTimes(hanging).isEmpty());
        operator.put(HANG, "{\"timeout_seconds\": 3}").expect(200);
        try {
            assertThat(shown("test_hang").path("timeout_seconds").asDouble()).isEqualTo(3);
            await().atMost(SOON).until(() -> last(runTimes(hanging)) >= 3);
            assertThat(runTimes(hanging).get(0)).isBetween(1.0, 2.9);
            assertThat(last(runTimes(hanging))).isLessThan(6);
            assertThat(runTimes(hanging))
                    .as("the next attempts, but for a heartbeat")
                    .hasSizeLessThan(5);
            assertThat((String) job(DATABASE, hanging).get("last_error")).startsWith("Timed out after PT3S.");
        } finally {
            operator.put(HANG, "{\"timeout_seconds\": 1}").expect(200);
            operator.post("/v1/jobs/" + hanging + "/cancel", null).expect(202);
        }
        await().atMost(SOON).until(() -> status(DATABASE, hanging), "cancelled"::equals);
        // Other tests must not meet the time of this one.
        await().atMost(SOON).until(() -> {
            UUID id = insert(DATABASE, "test_hang", "{}", 1);
            await().atMost(SOON).until(() -> status(DATABASE, id), "failed"::equals);
            return last(runTimes(id)) < 3;
        });
    }

    @Test
    void theAuditSaysWhatEachCallChangedAndNothingOfOnesThatChangedNothing() throws SQLException {
        String entries = "select before, after from audit_entries where target_id = 'test_usual_retry' order by id";
        int earlier = DATABASE.query(entries).size();
        CompletableFuture<Answer> second;
        try (Connection other = DATABASE.connect()) {
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                statement.execute("""
                        insert into job_types (type, jitter) values ('test_usual_retry', 0.25)
                        on conflict (type) do update set jitter = excluded.jitter
                        """);
            }
            second = CompletableFuture.supplyAsync(() -> operator.put(RETRY, "{\"cap_seconds\": 61}"));
            await().atMost(SOON).until(() -> DATABASE.count("""
                    select count(*) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query like '%job_types%'
                    """) == 1);
            other.commit();
        }
        second.join().expect(200);
        operator.put(RETRY, "{}").expect(200);
        operator.put(RETRY, "{\"cap_seconds\": 61}").expect(200);
        List<Map<String, Object>> written = DATABASE.query(entries);
        assertThat(written).hasSize(earlier + 1);
        Map<String, Object> entry = written.get(earlier);
        assertThat(entry.get("before").toString()).contains("\"jitter\": 0.25");
        operator.put(RETRY, "{\"cap_seconds\": 60, \"jitter\": 0.5}").expect(200);
    }

    /** Other tests must not meet the policy of this one. */
    private static void giveTheRetriesBack() {
        operator.put(RETRY, "{\"max_attempts\": 3, \"backoff_seconds\": 1, \"cap_seconds\": 60, \"jitter\": 0.5}")
                .expect(200);
        await().atMost(SOON).until(() -> {
            long wait = awaitWait(insert(DATABASE, "test_usual_retry", "{}", 2));
            return wait >= 500 && wait <= 1_500;
        });
        awaitAttemptsOfAJob(3);
    }

    private static void awaitAttemptsOfAJob(int attempts) {
        await().atMost(SOON).until(() -> {
            UUID id = insert(DATABASE, "test_usual_retry", "{}");
            await().atMost(SOON).until(() -> status(DATABASE, id), "failed"::equals);
            return job(DATABASE, id).get("attempts").equals(attempts);
        });
    }

    private static long awaitWait(UUID job) {
        return await().atMost(SOON).until(() -> wait(job), wait -> wait >= 0);
    }

    /** Milliseconds of its latest wait for another attempt; negative while there was none. */
    private static long wait(UUID job) {
        return DATABASE.count("""
                select coalesce((
                    select round(1000 * extract(epoch from j.scheduled_at - max(a.ended_at)))
                    from jobs j join job_attempts a on a.job_id = j.id and a.ended_at < j.scheduled_at
                    where j.id = ?
                    group by j.id), -1)
                """, job);
    }

    /** Seconds of each ended attempt, oldest first. */
    private static List<Double> runTimes(UUID job) {
        return DATABASE.query("""
                        select extract(epoch from ended_at - started_at) as seconds from job_attempts
                        where job_id = ? order by fencing_token
                        """, job).stream()
                .map(row -> ((Number) row.get("seconds")).doubleValue())
                .toList();
    }

    private static double last(List<Double> times) {
        return times.get(times.size() - 1);
    }

    private static JsonNode shown(String name) {
        JsonNode types =
                operator.get("/v1/job-types?limit=200").expect(200).json().path("items");
        return StreamSupport.stream(types.spliterator(), false)
                .filter(type -> type.path("type").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
