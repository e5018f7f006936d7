package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Jobs wait for the jobs they need, and learn of every end, whoever brings it about. */
class DependenciesIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String QUICK = "\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 0}";
    private static final String RESULT = "\"type\": \"test_result\", \"payload\": {\"storable\": true}";
    private static final String LATER = QUICK + ", \"delay_seconds\": 86400";
    private static final String FAILING = "\"type\": \"test_fail\", \"payload\": {\"how\": \"failed\"}";

    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @Test
    void aJobWaitsForAllItNeedsAndSaysSo() {
        UUID first = enqueue(LATER);
        UUID second = enqueue(LATER);
        UUID last = enqueue(QUICK, "all_completed", first, second);
        JsonNode reason = operator.get("/v1/jobs/" + last + "/waiting")
                .expect(200)
                .json()
                .path("reasons")
                .get(0);
        assertThat(reason.path("code").asText()).isEqualTo("dependency");
        assertThat(texts(reason.path("depends_on"))).containsExactlyInAnyOrder(first.toString(), second.toString());
        runNow(first);
        awaitStatus(first, "completed");
        assertThat(status(DATABASE, last)).isEqualTo("pending");
        runNow(second);
        awaitStatus(last, "completed");
        JsonNode shown = operator.get("/v1/jobs/" + last).expect(200).json();
        assertThat(texts(shown.path("depends_on"))).containsExactlyInAnyOrder(first.toString(), second.toString());
        assertThat(shown.path("run_if").asText()).isEqualTo("all_completed");
    }

    /** Each would wait for the next look at the queue, were it not that the end before it told of it. */
    @Test
    void aChainOfJobsOfDifferentTypesGoesOnAtOnce() {
        int links = 12;
        List<UUID> chain = new ArrayList<>(List.of(enqueue(LATER)));
        for (int i = 1; i < links; i++) {
            chain.add(enqueue(i % 2 == 0 ? QUICK : RESULT, "all_completed", chain.get(i - 1)));
        }
        runNow(chain.get(0));
        awaitStatus(chain.get(links - 1), "completed");
        assertThat(DATABASE.count(
                        "select count(*) from jobs a, jobs b where a.id = ? and b.id = ?"
                                + " and b.completed_at - a.completed_at < interval '7 s'",
                        chain.get(0),
                        chain.get(links - 1)))
                .isOne();
    }

    @Test
    void whatANeedBecomesDecidesWhetherAJobRuns() {
        UUID need = enqueue(FAILING + ", \"delay_seconds\": 86400");
        UUID strict = enqueue(QUICK, "all_completed", need);
        UUID behind = enqueue(QUICK, "all_completed", strict);
        UUID whatever = enqueue(QUICK, "all_ended", need);
        UUID repair = enqueue(QUICK, "any_failed", need);
        runNow(need);
        awaitStatus(need, "failed");
        awaitStatus(strict, "cancelled");
        awaitStatus(behind, "cancelled");
        awaitStatus(whatever, "completed");
        awaitStatus(repair, "completed");
        assertThat(operator.get("/v1/jobs/" + strict).json().path("last_error").asText())
                .contains(need.toString());
        UUID done = enqueue(QUICK);
        awaitStatus(done, "completed");
        assertThat(status(DATABASE, enqueue(QUICK, "any_failed", done))).isEqualTo("cancelled");
        awaitStatus(enqueue(QUICK, "all_completed", done), "completed");
        assertThat(status(DATABASE, enqueue(QUICK, "all_completed", need))).isEqualTo("cancelled");
        assertThat(DATABASE.count("select count(*) from job_ends")).isZero();
    }

    @Test
    void everyKindOfEndIsLearntOf() {
        UUID byPerson = enqueue(LATER);
        UUID together = enqueue(LATER);
        UUID byHand = enqueue(LATER);
        UUID removed = enqueue(LATER);
        UUID unknown = TestJobs.insert(DATABASE, "nobody_knows_this_one", "{}");
        List<UUID> waiting = new ArrayList<>();
        for (UUID need : List.of(byPerson, together, byHand, removed, unknown)) {
            waiting.add(enqueue(QUICK, "all_completed", need));
        }
        operator.post("/v1/jobs/" + byPerson + "/cancel", null).expect(202);
        operator.post("/v1/jobs/cancel", "{\"ids\": [\"" + together + "\"]}").expect(202);
        DATABASE.execute("update jobs set status = 'cancelled', completed_at = now() where id = ?", byHand);
        DATABASE.execute("delete from jobs where id = ?", removed);
        waiting.forEach(job -> awaitStatus(job, "cancelled"));
    }

    @Test
    void aRetriedJobWaitsAgainForWhatIsTriedAgain() {
        UUID need = enqueue("\"type\": \"test_fail\", \"payload\": {\"how\": \"failed\", \"until_attempt\": 2}");
        UUID job = enqueue(QUICK, "all_completed", need);
        awaitStatus(job, "cancelled");
        operator.put("/v1/job-types/test_fail", "{\"paused\": true}").expect(200);
        try {
            operator.post("/v1/jobs/retry", "{\"ids\": [\"" + job + "\", \"" + need + "\"]}")
                    .expect(202);
            assertThat(operator.get("/v1/jobs/" + job + "/waiting")
                            .json()
                            .path("reasons")
                            .findValuesAsText("code"))
                    .containsExactly("dependency");
        } finally {
            operator.put("/v1/job-types/test_fail", "{\"paused\": false}").expect(200);
        }
        awaitStatus(need, "completed");
        awaitStatus(job, "completed");
    }

    @Test
    void nothingIsLostWhenNeedsEndWhileTheirDependentsAreEnqueued() {
        List<UUID> needs = new ArrayList<>();
        List<UUID> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            UUID need = enqueue(QUICK);
            needs.add(need);
            List<UUID> recent = needs.subList(Math.max(0, needs.size() - 3), needs.size());
            waiting.add(enqueue(QUICK, "all_completed", recent.toArray(UUID[]::new)));
        }
        waiting.forEach(job -> awaitStatus(job, "completed"));
        for (int i = 0; i < waiting.size(); i++) {
            assertThat((long) ledger(DATABASE, waiting.get(i)).get(0).get("id"))
                    .isGreaterThan((long) ledger(DATABASE, needs.get(i)).get(1).get("id"));
        }
    }

    @Test
    void theLastTwoNeedsMayEndInTheSameInstant() throws Exception {
        UUID first = enqueue(LATER);
        UUID second = enqueue(LATER);
        UUID last = enqueue(QUICK, "all_completed", first, second);
        String end = "update jobs set status = 'completed', completed_at = now() where id = '%s'";
        CompletableFuture<Integer> other;
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(end.formatted(first));
            statement.execute("set constraints all immediate");
            other = CompletableFuture.supplyAsync(() -> DATABASE.execute(end.formatted(second)));
            await().atMost(SOON).until(() -> other.isDone() || DATABASE.count("""
                    select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
                    """) > 0);
            connection.commit();
        }
        assertThat(other.get(30, TimeUnit.SECONDS)).isOne();
        awaitStatus(last, "completed");
    }

    @Test
    void aBatchOfAThousandIsCountedAndFollowedByItsCompletionJob() {
        String jobs = IntStream.range(0, 1_000)
                .mapToObj(i -> "{" + (i == 7 ? FAILING : QUICK) + "}")
                .collect(Collectors.joining(","));
        JsonNode made = operator.post("/v1/jobs/batch", """
                        {"name": "import", "jobs": [%s], "on_completion": {%s, "priority": 1000}}
                        """.formatted(jobs, QUICK))
                .expect(202)
                .json();
        UUID last = UUID.fromString(made.path("completion_id").asText());
        String batch = made.path("batch_id").asText();
        await().atMost(Duration.ofSeconds(240)).until(() -> status(DATABASE, last), "completed"::equals);
        JsonNode counted = operator.get("/v1/job-batches/" + batch).expect(200).json();
        assertThat(counted.path("jobs").asInt()).isEqualTo(1_000);
        assertThat(counted.path("counts").path("completed").asInt()).isEqualTo(999);
        assertThat(counted.path("counts").path("failed").asInt()).isOne();
        assertThat(counted.path("ended").asBoolean()).isTrue();
        assertThat(counted.path("completion_id").asText()).isEqualTo(last.toString());
        assertThat(DATABASE.count("""
                select count(*) from jobs j, jobs l
                where j.batch_id = cast(? as uuid) and l.id = ? and j.completed_at > l.started_at
                """, batch, last)).isZero();
        assertThat(operator.get("/v1/jobs?batch_id=" + batch + "&status=failed")
                        .json()
                        .path("items"))
                .hasSize(1);
        assertThat(DATABASE.count("select count(*) from job_dependencies where job_id = ?", last))
                .isZero();
        operator.get("/v1/job-batches/" + UUID.randomUUID()).expect(404);
    }

    @Test
    void theJobsOfABatchCanNeedEarlierOnesAndNeverMakeACircle() {
        JsonNode ids = operator.post("/v1/jobs/batch", """
                        {"jobs": [{%1$s}, {%1$s, "depends_on": ["#0"]}, {%1$s, "depends_on": ["#0"]},
                                  {%1$s, "depends_on": ["#1", "#2"]}]}
                        """.formatted(QUICK))
                .expect(202)
                .json()
                .path("ids");
        UUID last = UUID.fromString(ids.get(3).asText());
        awaitStatus(last, "completed");
        assertThat(DATABASE.count("""
                select count(*) from jobs a, jobs b
                where b.id = ? and a.id = any (b.depends_on) and a.completed_at > b.started_at
                """, last)).isZero();
        for (String wrong : List.of("#1", "#2", "#0x", "mine", UUID.randomUUID().toString())) {
            operator.post(
                            "/v1/jobs/batch",
                            "{\"jobs\": [{%1$s, \"unique_key\": \"circle\"}, {%1$s, \"depends_on\": [\"%2$s\"]}]}"
                                    .formatted(QUICK, wrong))
                    .expect(400);
        }
        assertThat(operator.post("/v1/jobs", "{" + QUICK + ", \"depends_on\": [\"" + UUID.randomUUID() + "\"]}")
                        .expect(400)
                        .json()
                        .path("errors")
                        .get(0)
                        .path("field")
                        .asText())
                .isEqualTo("depends_on");
        assertThat(DATABASE.count("select count(*) from jobs where unique_key = 'circle'"))
                .isZero();
        assertThat(operator.post("/v1/jobs", "{" + QUICK + ", \"run_if\": \"all_ended\"}")
                        .expect(400)
                        .json()
                        .at("/errors/0/field")
                        .asText())
                .isEqualTo("run_if");
    }

    private static UUID enqueue(String members) {
        return UUID.fromString(operator.post("/v1/jobs", "{" + members + "}")
                .expect(202)
                .json()
                .path("id")
                .asText());
    }

    private static UUID enqueue(String members, String runIf, UUID... needs) {
        String ids = List.of(needs).stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(","));
        return enqueue(members + ", \"run_if\": \"" + runIf + "\", \"depends_on\": [" + ids + "]");
    }

    private static void runNow(UUID job) {
        DATABASE.execute("update jobs set scheduled_at = now() where id = ?", job);
        TestJobs.wake(DATABASE);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static void awaitStatus(UUID job, String status) {
        await().atMost(SOON).until(() -> status(DATABASE, job), status::equals);
    }
}
