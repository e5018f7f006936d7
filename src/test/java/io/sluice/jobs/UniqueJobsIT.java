package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One job of a key within a period, or while a job of the key is in one of several states. */
class UniqueJobsIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final String YEAR = "\"period_seconds\": 31622400";
    private static final String HOUR = "\"period_seconds\": 3600";

    private static Api api;

    private final String key = "key-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        api = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @Test
    void withinAPeriodThereIsOneWhateverBecameOfIt() {
        JsonNode first = enqueue(YEAR, 202);
        UUID id = id(first);
        awaitStatus(id, "completed");
        assertThat(id(enqueue(YEAR, 200))).isEqualTo(id);
        assertThat(first.at("/unique/key").asText()).isEqualTo(key);
        assertThat(first.at("/unique/period_seconds").asLong()).isEqualTo(31_622_400);
        assertThat(first.at("/unique/states")).hasSize(5);

        // Another period is another scope.
        assertThat(id(enqueue("\"period_seconds\": 31622399", 202))).isNotEqualTo(id);
        DATABASE.execute("delete from jobs where id = ?", id);
        assertThat(id(enqueue(YEAR, 202))).isNotEqualTo(id);
    }

    @Test
    void aPeriodEndsAtItsTurnAndNotBefore() {
        clockToTheTurnOfAnHour();
        UUID first = id(enqueue(HOUR, 202));
        awaitStatus(first, "completed");
        DATABASE.shiftClock(Duration.ofMinutes(58));
        assertThat(id(enqueue(HOUR, 200))).as("in the same hour").isEqualTo(first);
        DATABASE.shiftClock(Duration.ofMinutes(2));
        UUID next = id(enqueue(HOUR, 202));
        assertThat(next).isNotEqualTo(first);
        assertThat(id(enqueue(HOUR, 200))).as("in the next hour").isEqualTo(next);
        assertThat(status(DATABASE, first)).as("the one of the hour before").isEqualTo("completed");
    }

    private static void clockToTheTurnOfAnHour() {
        DATABASE.shiftClock(Duration.ofSeconds(
                DATABASE.count("select 3600 - floor(extract(epoch from sluice_now()))::bigint % 3600")));
    }

    @Test
    void aKeyIsHeldInTheStatesNamedAndFreeInOthers() {
        UUID id = id(enqueue("\"states\": [\"completed\"]", 202));
        awaitStatus(id, "completed");
        assertThat(id(enqueue("\"states\": [\"completed\"]", 200))).isEqualTo(id);
        DATABASE.execute("update jobs set status = 'cancelled' where id = ?", id);
        UUID second = id(enqueue("\"states\": [\"completed\"]", 202));
        awaitStatus(second, "completed");

        api.post("/v1/jobs/" + id + "/retry", null).expect(409);
        String bulk = api.post("/v1/jobs/retry", "{\"ids\": [\"" + id + "\"]}")
                .expect(202)
                .body();
        assertThat(bulk).contains("\"count\":0");
        DATABASE.execute("delete from jobs where id = ?", second);
        api.post("/v1/jobs/" + id + "/retry", null).expect(202);
        awaitStatus(id, "completed");
    }

    @Test
    void ofTwoFailedJobsOfAKeyOneIsRetried() {
        String failing = "{\"type\": \"test_fail\", \"payload\": {\"how\": \"throw-final\"}, \"unique\": {\"key\": \""
                + key + "\"}}";
        List<UUID> failed = IntStream.range(0, 2)
                .mapToObj(i -> {
                    UUID id = id(api.post("/v1/jobs", failing).expect(202).json());
                    awaitStatus(id, "failed");
                    return id;
                })
                .toList();
        String ids = "{\"ids\": [\"" + failed.get(0) + "\", \"" + failed.get(1) + "\"]}";
        assertThat(api.post("/v1/jobs/retry", ids).expect(202).body()).contains("\"count\":1");
    }

    @Test
    void oneOfManyCallersAtOnceMakesIt() {
        List<Answer> answers = IntStream.range(0, 12)
                .parallel()
                .mapToObj(i -> api.post("/v1/jobs", body(YEAR)))
                .toList();
        assertThat(answers).extracting(Answer::status).containsOnly(200, 202);
        assertThat(answers.stream().filter(answer -> answer.status() == 202)).hasSize(1);
        assertThat(answers.stream().map(answer -> id(answer.json())).distinct()).hasSize(1);
    }

    @Test
    void aBatchNamesTheHolderOfAKey() {
        UUID held = id(enqueue(YEAR, 202));
        String other = body(YEAR).replace(key, key + "2");
        JsonNode ids = api.post("/v1/jobs/batch", "{\"jobs\": [" + other + ", " + body(YEAR) + ", " + other + "]}")
                .expect(202)
                .json()
                .path("ids");
        assertThat(ids.get(1).asText()).isEqualTo(held.toString());
        assertThat(ids.get(0)).isEqualTo(ids.get(2)).isNotEqualTo(ids.get(1));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThat(api.post("/v1/jobs", body("\"period_seconds\": 0"))
                        .expect(400)
                        .body())
                .contains("unique.period_seconds");
        assertThat(api.post("/v1/jobs", body("\"states\": [\"lost\"]"))
                        .expect(400)
                        .body())
                .contains("unique.states");
        String both = body(YEAR).replace("\"unique\"", "\"unique_key\": \"a\", \"unique\"");
        assertThat(api.post("/v1/jobs", both).expect(400).body()).contains("beside another key");
    }

    private JsonNode enqueue(String within, int status) {
        return api.post("/v1/jobs", body(within)).expect(status).json();
    }

    private String body(String within) {
        return "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 1}, \"unique\": {\"key\": \"" + key + "\", "
                + within + "}}";
    }

    private static UUID id(JsonNode job) {
        return UUID.fromString(job.path("id").asText());
    }

    private static void awaitStatus(UUID id, String wanted) {
        await().atMost(Duration.ofSeconds(60)).until(() -> status(DATABASE, id), wanted::equals);
    }
}
