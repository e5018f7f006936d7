package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testjobs.SecretJob;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Marked members of payloads reach their handler in clear, and nobody and nothing else. */
class SecretPayloadIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    private static Api api;

    private final List<String> secrets = new ArrayList<>();

    @BeforeAll
    static void start() {
        api = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @Test
    void secretsStayInHandlersWhateverWayInAndOut() {
        List<UUID> ids = new ArrayList<>();
        for (String how : List.of("result", "throw", "retry", "failed")) {
            ids.add(enqueued(body(how), how));
        }
        api.post("/v1/jobs/batch", "{\"jobs\": [" + body("result") + ", " + body("throw") + "]}")
                .expect(202)
                .json()
                .path("ids")
                .forEach(id -> ids.add(UUID.fromString(id.asText())));
        String schedule = schedule();
        ids.add(run(schedule));
        refused();
        String canary = "canary-" + UUID.randomUUID();
        ids.add(enqueued(
                "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 1}, \"unique_key\": \"" + canary + "\"}",
                canary));
        ids.forEach(SecretPayloadIT::awaitEnd);

        List<String> proofs = secrets.stream().map(SecretJob::proof).toList();
        assertThat(ids.stream().map(id -> get(id).at("/result/proof").asText()).filter(proof -> !proof.isEmpty()))
                .hasSize(3)
                .isSubsetOf(proofs);
        api.post("/v1/jobs/" + ids.get(1) + "/retry", null, "Idempotency-Key", "again" + ids.get(1))
                .expect(202);
        awaitEnd(ids.get(1));
        JsonNode shown = get(ids.get(1));
        assertThat(shown.path("status").asText()).isEqualTo("failed");
        assertThat(shown.path("last_error").asText()).contains("password *");
        assertThat(shown.at("/payload/password").asText()).isEqualTo("***");
        assertThat(shown.at("/payload/logins/0/api_token").asText()).isEqualTo("***");
        assertThat(shown.at("/payload/logins/0/user").asText()).isEqualTo("ada");
        assertThat(shown.at("/progress/message").asText()).isEqualTo("password ***");
        assertNowhere(canary);
    }

    /** It fits as it was inserted by hand, and does not any more once it is sealed: nothing that its handler could answer for. */
    @Test
    void aJobWhoseSecretsCannotBeSealedEndsAtOnce() {
        UUID id = TestJobs.insert(
                DATABASE,
                "test_secret",
                "{\"how\": \"result\", \"password\": \"" + "p".repeat(900_000) + "\", \"logins\": []}");
        await().atMost(Duration.ofSeconds(20)).until(() -> status(DATABASE, id).equals("failed"));
        assertThat(DATABASE.<String>value("select last_error from jobs where id = ?", id))
                .isNotEmpty()
                .doesNotContain("ppp");
    }

    @Test
    void theSchemaSaysThatNobodyReadsThem() {
        List<JsonNode> schemas = new ArrayList<>();
        for (JsonNode type :
                api.get("/v1/job-types?limit=200").expect(200).json().path("items")) {
            if (type.path("type").asText().equals("test_secret")) {
                schemas.add(type.path("payload_schema"));
            }
        }
        assertThat(schemas).hasSize(1);
        assertThat(schemas.get(0).at("/properties/password/writeOnly").asBoolean())
                .isTrue();
        assertThat(schemas.get(0).at("/properties/how/writeOnly").isMissingNode())
                .isTrue();
    }

    @Test
    void aRowInsertedInClearWorksAndIsSealedWhenItIsClaimed() {
        String clear = secret();
        UUID id = DATABASE.value(
                "insert into jobs (type, payload, scheduled_at) values ('test_secret', cast(? as jsonb),"
                        + " now() + interval '1 hour') returning id",
                "{\"how\": \"failed\", \"password\": \"" + clear + "\"}");
        assertThat(get(id).toString()).doesNotContain(clear).contains("\"password\":\"***\"");
        DATABASE.execute("update jobs set scheduled_at = now() where id = ?", id);
        TestJobs.wake(DATABASE);
        awaitEnd(id);
        assertThat(DATABASE.<String>value("select payload::text from jobs where id = ?", id))
                .contains("sealed_under")
                .doesNotContain(clear);
        assertThat(get(id).path("last_error").asText()).isEqualTo("password ***");
    }

    @Test
    void whatWasSealedForAnotherMemberOrUnderAnUnknownKeyIsRefused() {
        UUID other = enqueued(body("result"), UUID.randomUUID().toString());
        awaitEnd(other);
        UUID moved = DATABASE.value(
                "insert into jobs (type, payload) select type, jsonb_set(payload, '{password}',"
                        + " payload #> '{logins,0,api_token}') from jobs where id = ? returning id",
                other);
        UUID unknown = DATABASE.value(
                "insert into jobs (type, payload) select type, jsonb_set(payload, '{password,sealed_under}',"
                        + " '\"none\"') from jobs where id = ? returning id",
                other);
        TestJobs.wake(DATABASE);
        awaitEnd(moved);
        awaitEnd(unknown);
        assertThat(get(moved).path("last_error").asText()).contains("belongs to something else");
        assertThat(get(unknown).path("last_error").asText()).contains("SLUICE_MASTER_KEY");
    }

    /** Its master key may have been taken away: whoever has the secret must be able to write it anew. */
    @Test
    void aScheduleWhoseSecretCannotBeOpenedTakesANewOneButKeepsNone() {
        String name = schedule();
        String path = "/v1/schedules/" + name;
        for (String broken : List.of("{password,sealed_under}", "{password,sealed}")) {
            DATABASE.execute(
                    "update schedules set payload = jsonb_set(payload, cast(? as text[]), '\"none\"') where name = ?",
                    broken,
                    name);
            String kept = "{\"payload\": {\"how\": \"result\", \"password\": \"***\"}}";
            assertThat(api.put(path, kept)
                            .expect(400)
                            .json()
                            .at("/errors/0/field")
                            .asText())
                    .isEqualTo("payload.password");
            api.put(path, "{\"payload\": {\"how\": \"result\", \"password\": \"" + secret() + "\"}}")
                    .expect(200);
        }
        UUID job = run(name);
        awaitEnd(job);
        assertThat(status(DATABASE, job)).isEqualTo("completed");
    }

    /** A schedule whose secret is changed, kept, and run. */
    private String schedule() {
        String name = "secret-" + UUID.randomUUID();
        DATABASE.execute(
                "insert into schedules (name, job_type, cron, enabled) values (?, 'test_secret', '0 0 1 1 *', false)",
                name);
        String path = "/v1/schedules/" + name;
        JsonNode shown = api.put(path, "{\"payload\": {\"how\": \"result\", \"password\": \"" + secret() + "\"}}")
                .expect(200)
                .json();
        assertThat(shown.at("/payload/password").asText()).isEqualTo("***");
        JsonNode kept = api.put(path, "{\"cron\": \"0 1 1 1 *\", \"payload\": " + shown.path("payload") + "}")
                .expect(200)
                .json();
        assertThat(kept.at("/payload/password").asText()).isEqualTo("***");
        return name;
    }

    private static UUID run(String schedule) {
        return UUID.fromString(api.post("/v1/schedules/" + schedule + "/run", null)
                .expect(202)
                .json()
                .path("id")
                .asText());
    }

    /** Masks are no secrets, and what is refused is not quoted. */
    private void refused() {
        String mask = "{\"type\": \"test_secret\", \"payload\": {\"how\": \"result\", \"password\": \"***\"}}";
        assertThat(api.post("/v1/jobs", mask).expect(400).body()).contains("payload.password");
        String wrong = "{\"type\": \"test_secret\", \"payload\": {\"how\": \"result\", \"password\": \"#~\"}}";
        assertThat(api.post("/v1/jobs", wrong, "Idempotency-Key", "w" + UUID.randomUUID())
                        .expect(400)
                        .body())
                .contains("too short")
                .doesNotContain("#~");
    }

    private void assertNowhere(String canary) {
        Map<String, String> places = new java.util.TreeMap<>();
        for (Map<String, Object> table : DATABASE.query("""
                select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
                """)) {
            String name = String.valueOf(table.get("name"));
            places.put(
                    "table " + name,
                    String.join(
                            "\n",
                            DATABASE.query("select t::text as line from \"" + name + "\" t").stream()
                                    .map(row -> String.valueOf(row.get("line")))
                                    .toList()));
        }
        places.put("log", TestJobs.node().output());
        for (String path :
                List.of("/v1/jobs?limit=200", "/v1/audit?limit=200", "/v1/schedules?limit=200", "/metrics")) {
            places.put(path, api.get(path).expect(200).body());
        }
        assertThat(places.get("table jobs")).contains(canary);
        assertThat(places.get("table idempotency_keys")).contains(canary);
        assertThat(places.get("log")).contains("job attempt failed");
        places.forEach((place, text) -> secrets.forEach(secret -> {
            assertThat(text.contains(secret)).as("%s holds a secret", place).isFalse();
            assertThat(text.contains(secret.substring(0, 12)))
                    .as("%s holds part of a secret", place)
                    .isFalse();
        }));
    }

    private String body(String how) {
        return "{\"type\": \"test_secret\", \"payload\": " + payload(how) + "}";
    }

    private String payload(String how) {
        return "{\"how\": \"" + how + "\", \"password\": \"" + secret() + "\", \"logins\": [{\"user\": \"ada\","
                + " \"api_token\": \"" + secret() + "\"}]}";
    }

    private String secret() {
        secrets.add("geheim-" + UUID.randomUUID());
        return secrets.get(secrets.size() - 1);
    }

    private static UUID enqueued(String body, String key) {
        return UUID.fromString(api.post("/v1/jobs", body, "Idempotency-Key", key + UUID.randomUUID())
                .expect(202)
                .json()
                .path("id")
                .asText());
    }

    private static JsonNode get(UUID id) {
        return api.get("/v1/jobs/" + id).expect(200).json();
    }

    private static void awaitEnd(UUID id) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> List.of("completed", "failed").contains(status(DATABASE, id)));
    }
}
