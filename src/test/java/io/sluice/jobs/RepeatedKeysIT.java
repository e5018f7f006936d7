package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Batches that name a unique key twice, or one that an earlier job holds. */
class RepeatedKeysIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final String QUICK = "\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 0}";

    private static Api operator;

    private final String key = "key-" + UUID.randomUUID();
    private final String keyed = QUICK + ", \"unique_key\": \"" + key + "\"";

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void leaveNothingThatWaits() {
        DATABASE.execute("delete from jobs where request_id = ? and status = 'pending'", key);
    }

    @Test
    void aJobNeverWaitsForItself() {
        JsonNode made = batch("{%1$s}, {%1$s, \"depends_on\": [\"#0\"]}".formatted(keyed), "");
        assertThat(id(made, 1)).isEqualTo(id(made, 0));
        awaitStatus(id(made, 0), "completed");
    }

    @Test
    void norTwoJobsForEachOther() {
        JsonNode made = batch(
                "{%1$s}, {%2$s, \"depends_on\": [\"#0\"]}, {%1$s, \"depends_on\": [\"#1\"]}".formatted(keyed, QUICK),
                "");
        assertThat(id(made, 2)).isEqualTo(id(made, 0));
        awaitStatus(id(made, 1), "completed");
    }

    /** Whoever holds its key would not wait for the batch, and the caller would never hear of that. */
    @Test
    void theLastOfABatchCannotBeAJobThatSomethingElseMade() {
        assertRefused("{" + keyed + "}");
        DATABASE.execute(
                "insert into jobs (type, unique_key, scheduled_at, request_id) values ('test_sleep', ?, sluice_now() + interval '1 day', ?)",
                key,
                key);
        assertRefused("{" + QUICK + "}");
    }

    private void assertRefused(String members) {
        String body = "{\"jobs\": [" + members + "], \"on_completion\": {" + keyed + "}}";
        assertThat(operator.post("/v1/jobs/batch", body, "X-Request-Id", key)
                        .expect(409)
                        .code())
                .isEqualTo("CONFLICT");
        assertThat(DATABASE.count(
                        "select count(*) from jobs where request_id = ? and scheduled_at < sluice_now() + interval '1 hour'",
                        key))
                .isZero();
    }

    @Test
    void whatTheFirstOfAKeyNeedsCounts() {
        JsonNode made = batch(
                "{%2$s, \"delay_seconds\": 86400}, {%1$s, \"depends_on\": [\"#0\"]}, {%1$s, \"depends_on\": [\"#0\"]}"
                        .formatted(keyed, QUICK),
                "");
        assertThat(id(made, 2)).isEqualTo(id(made, 1));
        JsonNode job = operator.get("/v1/jobs/" + id(made, 1)).expect(200).json();
        assertThat(job.path("status").asText()).isEqualTo("pending");
        assertThat(job.path("depends_on")).hasSize(1);
        assertThat(job.at("/depends_on/0").asText()).isEqualTo(id(made, 0).toString());
    }

    /** Neither is it counted with the batch nor cancelled with it, although a job of the batch waits for it. */
    @Test
    void aJobThatWasThereBeforeBelongsToNoBatch() {
        UUID before = UUID.fromString(
                operator.post("/v1/jobs", "{" + keyed + ", \"delay_seconds\": 86400}", "X-Request-Id", key)
                        .expect(202)
                        .json()
                        .path("id")
                        .asText());
        JsonNode made = batch(
                "{%1$s}, {%2$s, \"delay_seconds\": 86400}".formatted(keyed, QUICK),
                ", \"name\": \"of its own\", \"on_completion\": {" + QUICK + "}");
        assertThat(id(made, 0)).isEqualTo(before);
        String batch = made.path("batch_id").asText();
        JsonNode counted = operator.get("/v1/job-batches/" + batch).expect(200).json();
        assertThat(counted.path("jobs").asInt()).isEqualTo(2);
        assertThat(counted.at("/counts/pending").asLong()).isEqualTo(1);
        operator.post("/v1/jobs/cancel", "{\"batch_id\": \"" + batch + "\"}").expect(202);
        assertThat(status(DATABASE, id(made, 1))).isEqualTo("cancelled");
        assertThat(status(DATABASE, before)).isEqualTo("pending");
        assertThat(status(DATABASE, UUID.fromString(made.path("completion_id").asText())))
                .isEqualTo("pending");
    }

    /** Its completion job waits for that one, whoever made it. */
    @Test
    void aBatchHasNotEndedAndIsKeptWhileAJobLivesThatWasThereBefore() {
        UUID before = UUID.fromString(
                operator.post("/v1/jobs", "{" + keyed + ", \"delay_seconds\": 86400}", "X-Request-Id", key)
                        .expect(202)
                        .json()
                        .path("id")
                        .asText());
        JsonNode made = batch("{" + keyed + "}", ", \"on_completion\": {" + QUICK + "}");
        UUID batch = DATABASE.value("""
                update job_batches set id = sluice_uuid_floor(sluice_now() - interval '2 hours')
                where id = cast(? as uuid) returning id
                """, made.path("batch_id").asText());
        assertThat(ended(batch)).isFalse();
        purgeBatches();
        assertThat(ended(batch)).isFalse();
        operator.post("/v1/jobs/" + before + "/cancel", null).expect(202);
        awaitStatus(UUID.fromString(made.path("completion_id").asText()), "completed");
        assertThat(ended(batch)).isTrue();
        purgeBatches();
        assertThat(ended(batch)).isTrue();
        DATABASE.execute("delete from jobs where id = ?", before);
        purgeBatches();
        operator.get("/v1/job-batches/" + batch).expect(404);
    }

    @Test
    void theAuditCountsTheJobsThatWereMade() {
        String later = ", \"delay_seconds\": 86400}";
        String keyedLater = "{" + keyed + later;
        batch(keyedLater + ", " + keyedLater + ", {" + QUICK + later, "");
        batch(keyedLater + ", " + keyedLater, "");
        assertThat(DATABASE.query("""
                        select cast(after ->> 'jobs' as integer) as jobs from audit_entries
                        where action = 'jobs.enqueued' and request_id = ?
                        """, key)).extracting("jobs").containsExactly(2);
    }

    private static boolean ended(UUID batch) {
        return operator.get("/v1/job-batches/" + batch)
                .expect(200)
                .json()
                .path("ended")
                .asBoolean();
    }

    private static void purgeBatches() {
        JsonNode purge = operator.post("/v1/jobs", "{\"type\": \"purge\", \"payload\": {\"kinds\": [\"job_batches\"]}}")
                .expect(202)
                .json();
        awaitStatus(UUID.fromString(purge.path("id").asText()), "completed");
    }

    private JsonNode batch(String jobs, String more) {
        return operator.post("/v1/jobs/batch", "{\"jobs\": [" + jobs + "]" + more + "}", "X-Request-Id", key)
                .expect(202)
                .json();
    }

    private static UUID id(JsonNode made, int place) {
        return UUID.fromString(made.path("ids").path(place).asText());
    }

    private static void awaitStatus(UUID id, String status) {
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, id).equals(status));
    }
}
