package io.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key gets a successor: by the call, and by the job that shares its implementation. */
class RotateKeyIT {
    private static final String FULL =
            "{\"name\": \"Billing\", \"scopes\": [\"a\", \"b\"], \"expires_at\": \"2999-01-01T00:00:00Z\"}";

    private final Api operator = SharedServer.operator();
    private final Keys keys = Keys.shared();
    private final String project = Tenants.create();

    @Test
    void theSuccessorIsLikeItsPredecessorAndBothWorkForADay() {
        Keys.Made old = keys.make(project, FULL);
        operator.patch("/v1/projects/" + project, "{\"environment\": \"dev\"}").expect(200);
        Keys.Made fresh = Keys.Made.of(keys.rotate(old.id(), "{}").expect(201));
        assertThat(fresh.secret()).startsWith("slk_prod_").isNotEqualTo(old.secret());
        for (String member : List.of("name", "scopes", "environment", "project_id")) {
            assertThat(fresh.json().path(member))
                    .as(member)
                    .isEqualTo(old.json().path(member));
        }
        assertThat(fresh.json().path("expires_at").asText()).isEqualTo("2999-01-01T00:00:00Z");
        assertThat(fresh.json().path("replaces").asText()).isEqualTo(old.id());
        JsonNode rotated = keys.get(old.id());
        assertThat(rotated.path("status").asText()).isEqualTo("rotated");
        assertThat(rotated.path("replaced_by").asText()).isEqualTo(fresh.id());
        assertThat(grace(rotated)).isEqualTo(Duration.ofHours(24));
        keys.expectCode(old.secret(), "VALID");
        keys.expectCode(fresh.secret(), "VALID");
        assertThat(keys.audited(old.id())).containsExactly("key.created", "key.rotated");
        assertThat(keys.told(old.id())).containsExactly("key.created", "key.rotated");
        assertThat(keys.event(old.id(), "key.rotated").path("new_key_id").asText())
                .isEqualTo(fresh.id());
        operator.post("/v1/keys/" + fresh.id() + "/secret", null).expect(404);
    }

    @Test
    void rotationNeverGrowsWhatIsLeftOfTheProjectsQuota() {
        operator.put(
                        "/v1/projects/" + project + "/quotas/requests",
                        "{\"limit\": 1000, \"hard_cap\": 1000, \"period\": \"month\"}")
                .expect(200);
        Keys.Made old = keys.make(project);
        Tenants.track(project, "requests", 600, "before", null).expect(202);
        assertThat(left(old)).isEqualTo(400);
        Keys.Made fresh = Keys.Made.of(keys.rotate(old.id(), "{}").expect(201));
        assertThat(List.of(left(old), left(fresh))).containsOnly(400L);
        Tenants.track(project, "requests", 100, "after", null).expect(202);
        assertThat(List.of(left(old), left(fresh))).containsOnly(300L);
    }

    private long left(Keys.Made key) {
        return keys.verdict(key.secret(), ", \"metric\": \"requests\"")
                .path("remaining")
                .asLong();
    }

    @Test
    void aGraceOfZeroEndsTheOldKeyAtOnce() {
        Keys.Made old = keys.make(project);
        Keys.Made fresh =
                Keys.Made.of(keys.rotate(old.id(), "{\"grace_seconds\": 0}").expect(201));
        keys.expectCode(old.secret(), "EXPIRED");
        keys.expectCode(fresh.secret(), "VALID");
        assertThat(fresh.json().path("expires_at").isNull()).isTrue();
    }

    @Test
    void theGraceNeverOutlastsTheOldKeysOwnEnd() {
        Keys.Made old = keys.make(project, FULL);
        Instant end = database("update api_keys set expires_at = sluice_now() + interval '1 hour' where id = ?", old);
        Keys.Made fresh = Keys.Made.of(
                keys.rotate(old.id(), "{\"grace_seconds\": 2592000}").expect(201));
        assertThat(Instant.parse(keys.get(old.id()).path("expires_at").asText()))
                .isEqualTo(end);
        assertThat(Instant.parse(fresh.json().path("expires_at").asText())).isEqualTo(end);
    }

    @Test
    void refusesToRotateWhatIsRotatedRevokedOrExpired() {
        Keys.Made rotated = keys.make(project);
        keys.rotate(rotated.id(), "{}").expect(201);
        Instant end = Instant.parse(keys.get(rotated.id()).path("expires_at").asText());
        Keys.Made revoked = keys.make(project);
        operator.delete("/v1/keys/" + revoked.id()).expect(204);
        Keys.Made expired = keys.make(project);
        database("update api_keys set expires_at = sluice_now() where id = ?", expired);
        int before = keys.all(project).size();
        for (Keys.Made each : List.of(rotated, revoked, expired)) {
            assertThat(keys.rotate(each.id(), "{\"grace_seconds\": 2592000}")
                            .expect(409)
                            .code())
                    .isEqualTo("CONFLICT");
            JsonNode job = keys.run("rotate_key", "{\"key_id\": \"" + each.id() + "\"}");
            assertThat(job.path("status").asText()).isEqualTo("failed");
            assertThat(job.path("attempts").asInt()).isEqualTo(1);
        }
        assertThat(keys.all(project)).hasSize(before);
        assertThat(Instant.parse(keys.get(rotated.id()).path("expires_at").asText()))
                .isEqualTo(end);
        keys.expectCode(revoked.secret(), "REVOKED");
        keys.expectCode(expired.secret(), "EXPIRED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"grace_seconds\": -1}",
                "{\"grace_seconds\": 2592001}",
                "{\"grace_seconds\": 1.5}",
                "{\"grace\": 1}"
            })
    void refusesAGraceThatIsNone(String body) {
        Keys.Made made = keys.make(project);
        keys.rotate(made.id(), body).expect(400);
        assertThat(keys.all(project)).hasSize(1);
        operator.post(
                        "/v1/jobs",
                        "{\"type\": \"rotate_key\", \"payload\": "
                                + body.replace("{", "{\"key_id\": \"" + made.id() + "\", ") + "}")
                .expect(400);
    }

    @Test
    void ofRotationsAtTheSameTimeOneSucceeds() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 8; round++) {
                Keys.Made made = keys.make(project);
                CyclicBarrier together = new CyclicBarrier(4);
                List<Future<Integer>> answers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    answers.add(callers.submit(() -> {
                        together.await();
                        return keys.rotate(made.id(), "{}").status();
                    }));
                }
                List<Integer> statuses = new ArrayList<>();
                for (Future<Integer> answer : answers) {
                    statuses.add(answer.get());
                }
                assertThat(statuses).containsExactlyInAnyOrder(201, 409, 409, 409);
                assertThat(keys.all(project)).hasSize(2 * (round + 1));
                assertThat(keys.told(made.id())).containsExactly("key.created", "key.rotated");
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void aRowOfRotationsIsBounded() {
        Keys.Made latest = keys.make(project);
        for (int i = 0; i < 9; i++) {
            latest = Keys.Made.of(keys.rotate(latest.id(), "{}").expect(201));
        }
        keys.rotate(latest.id(), "{}").expect(409);
        String first = keys.all(project).get(0).path("id").asText();
        operator.delete("/v1/keys/" + first).expect(204);
        keys.rotate(latest.id(), "{}").expect(201);
    }

    @Test
    void theJobRotatesAndTheOwnerFetchesTheSecretOnce() {
        Keys.Made old = keys.make(project, FULL);
        JsonNode job = keys.run("rotate_key", "{\"key_id\": \"" + old.id() + "\", \"grace_seconds\": 3600}");
        assertThat(job.path("status").asText()).isEqualTo("completed");
        assertThat(job.path("max_attempts").asInt()).isEqualTo(1);
        String freshId = job.at("/result/new_key_id").asText();
        assertThat(job.at("/result/key_id").asText()).isEqualTo(old.id());
        assertThat(grace(keys.get(old.id()))).isEqualTo(Duration.ofHours(1));
        JsonNode shown = keys.get(freshId);
        assertThat(shown.path("secret_until")).isEqualTo(job.at("/result/secret_until"));
        assertThat(Duration.between(
                        Instant.parse(shown.path("created_at").asText()),
                        Instant.parse(shown.path("secret_until").asText())))
                .isBetween(Duration.ofHours(72), Duration.ofHours(72).plusSeconds(5));
        assertThat(keys.event(old.id(), "key.rotated").path("secret_until")).isEqualTo(shown.path("secret_until"));

        Api owner = Tenants.holder("owner", project);
        Tenants.holder("viewer").post("/v1/keys/" + freshId + "/secret", null).expect(403);
        Tenants.holder("owner", Tenants.create())
                .post("/v1/keys/" + freshId + "/secret", null)
                .expect(404);
        Answer fetched = owner.post("/v1/keys/" + freshId + "/secret", null).expect(200);
        Keys.Made fresh = Keys.Made.of(fetched);
        keys.expectCode(fresh.secret(), "VALID");
        keys.expectCode(old.secret(), "VALID");
        assertThat(fresh.json().path("scopes")).isEqualTo(old.json().path("scopes"));
        assertThat(fresh.json().path("name").asText()).isEqualTo("Billing");
        assertThat(fresh.json().path("expires_at").asText()).isEqualTo("2999-01-01T00:00:00Z");
        owner.post("/v1/keys/" + freshId + "/secret", null).expect(404);
        operator.post("/v1/keys/" + freshId + "/secret", null).expect(404);
        assertThat(keys.get(freshId).path("secret_until").isNull()).isTrue();
        assertThat(keys.audited(freshId)).containsExactly("key.secret_fetched");
    }

    @Test
    void ofTwoThatFetchASecretAtTheSameTimeOneGetsIt() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 5; round++) {
                String freshId = keys.run(
                                "rotate_key",
                                "{\"key_id\": \"" + keys.make(project).id() + "\"}")
                        .at("/result/new_key_id")
                        .asText();
                CyclicBarrier together = new CyclicBarrier(2);
                List<Future<Integer>> answers = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    answers.add(callers.submit(() -> {
                        together.await();
                        return operator.post("/v1/keys/" + freshId + "/secret", null)
                                .status();
                    }));
                }
                assertThat(List.of(answers.get(0).get(), answers.get(1).get())).containsExactlyInAnyOrder(200, 404);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void aRevokedKeysSecretIsForgotten() {
        String freshId = keys.run(
                        "rotate_key", "{\"key_id\": \"" + keys.make(project).id() + "\"}")
                .at("/result/new_key_id")
                .asText();
        operator.delete("/v1/keys/" + freshId).expect(204);
        operator.post("/v1/keys/" + freshId + "/secret", null).expect(404);
        assertThat(SharedServer.database()
                        .count("select count(*) from api_key_handovers where key_id = cast(? as uuid)", freshId))
                .isZero();
    }

    private static Duration grace(JsonNode key) {
        return Duration.between(
                Instant.parse(key.path("rotated_at").asText()),
                Instant.parse(key.path("expires_at").asText()));
    }

    /** Changes a key behind the server's back, and says when it ends then. */
    private static Instant database(String sql, Keys.Made made) {
        SharedServer.database().execute(sql, UUID.fromString(made.id()));
        return Instant.parse(Keys.shared().get(made.id()).path("expires_at").asText());
    }
}
