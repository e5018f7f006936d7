package io.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;

/** What tests do with keys, on the shared node or on one of their own. */
final class Keys {
    private final Api operator;
    private final TestDatabase database;

    Keys(Api operator, TestDatabase database) {
        this.operator = operator;
        this.database = database;
    }

    static Keys shared() {
        return new Keys(SharedServer.operator(), SharedServer.database());
    }

    /** A key as the answer that made it shows it, secret included. */
    record Made(String id, String secret, JsonNode json) {
        static Made of(Answer answer) {
            JsonNode json = answer.json();
            return new Made(json.path("id").asText(), json.path("secret").asText(), json);
        }
    }

    Made make(String project) {
        return make(project, "{\"name\": \"test\"}");
    }

    Made make(String project, String body) {
        return Made.of(operator.post("/v1/projects/" + project + "/keys", body).expect(201));
    }

    Answer rotate(String id, String body, String... headers) {
        return operator.post("/v1/keys/" + id + "/rotate", body, headers);
    }

    JsonNode get(String id) {
        return operator.get("/v1/keys/" + id).expect(200).json();
    }

    /** The keys of a project, oldest first. */
    List<JsonNode> all(String project) {
        List<JsonNode> keys = new ArrayList<>();
        operator.get("/v1/projects/" + project + "/keys?limit=200")
                .expect(200)
                .json()
                .path("items")
                .forEach(key -> keys.add(0, key));
        return keys;
    }

    JsonNode verdict(String secret) {
        return verdict(secret, "");
    }

    /** The verdict on a question with further members, each with a comma in front. */
    JsonNode verdict(String secret, String more) {
        return operator.post("/v1/keys/verify", "{\"key\": \"" + secret + "\"" + more + "}")
                .expect(200)
                .json();
    }

    String code(String secret) {
        return verdict(secret).path("code").asText();
    }

    Answer leaked(String secret, String policy) {
        return operator.post("/v1/keys/leaks", "{\"key\": \"" + secret + "\", \"policy\": \"" + policy + "\"}");
    }

    /** Runs a job to its end and returns it. */
    JsonNode run(String type, String payload) {
        String id = operator.post("/v1/jobs", "{\"type\": \"" + type + "\", \"payload\": " + payload + "}")
                .expect(202)
                .json()
                .path("id")
                .asText();
        return ended(id);
    }

    JsonNode ended(String jobId) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> List.of("completed", "failed", "cancelled")
                        .contains(TestJobs.status(database, UUID.fromString(jobId))));
        return operator.get("/v1/jobs/" + jobId).expect(200).json();
    }

    /** What was written down about a key, oldest first. */
    List<String> audited(String id) {
        List<String> actions = new ArrayList<>();
        operator.get("/v1/audit?limit=200&target=key:" + id)
                .expect(200)
                .json()
                .path("items")
                .forEach(entry -> actions.add(0, entry.path("action").asText()));
        return actions;
    }

    /** The types of the events about a key, oldest first. */
    List<String> told(String id) {
        return database.query("select type from events where data ->> 'key_id' = ? order by id", id).stream()
                .map(row -> String.valueOf(row.get("type")))
                .toList();
    }

    /** What the latest event of the type says of a key. */
    JsonNode event(String id, String type) {
        String data = database.value(
                "select data::text from events where data ->> 'key_id' = ? and type = ? order by id desc limit 1",
                id,
                type);
        return new Answer(200, null, data).json();
    }

    void expectCode(String secret, String code) {
        assertThat(code(secret)).as("the verdict on a key").isEqualTo(code);
    }
}
