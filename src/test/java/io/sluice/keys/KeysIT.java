package io.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Making, showing and revoking keys. */
class KeysIT {
    private final Api operator = SharedServer.operator();
    private final Keys keys = Keys.shared();
    private final String project = Tenants.create();

    @Test
    void makesAKeyWhoseSecretIsShownOnce() {
        Answer answer = operator.post(
                        "/v1/projects/" + project + "/keys",
                        "{\"name\": \"Billing\", \"scopes\": [\"orders:read\", \"orders:write\"],"
                                + " \"expires_at\": \"2999-01-01T00:00:00Z\"}")
                .expect(201);
        Keys.Made made = Keys.Made.of(answer);
        assertThat(made.secret()).matches("slk_prod_[0-9A-Za-z]{36}");
        assertThat(answer.header("Location")).endsWith("/v1/keys/" + made.id());
        JsonNode shown = keys.get(made.id());
        assertThat(shown.has("secret")).isFalse();
        assertThat(made.secret()).startsWith(shown.path("prefix").asText());
        assertThat(shown.path("name").asText()).isEqualTo("Billing");
        assertThat(shown.path("environment").asText()).isEqualTo("prod");
        assertThat(shown.path("status").asText()).isEqualTo("active");
        assertThat(shown.path("scopes").toString()).isEqualTo("[\"orders:read\",\"orders:write\"]");
        assertThat(shown.path("expires_at").asText()).isEqualTo("2999-01-01T00:00:00Z");
        assertThat(keys.audited(made.id())).containsExactly("key.created");
        assertThat(keys.told(made.id())).containsExactly("key.created");
        assertThat(keys.event(made.id(), "key.created").path("environment").asText())
                .isEqualTo("prod");
        operator.post("/v1/keys/" + made.id() + "/secret", null).expect(404);
    }

    @Test
    void takesTheEnvironmentFromTheProject() {
        operator.patch("/v1/projects/" + project, "{\"environment\": \"staging\"}")
                .expect(200);
        assertThat(keys.make(project).secret()).startsWith("slk_staging_");
    }

    @Test
    void aRepetitionGetsTheSameKeyButNotItsSecret() {
        String body = "{\"name\": \"once\"}";
        String path = "/v1/projects/" + project + "/keys";
        String idempotencyKey = UUID.randomUUID().toString();
        Keys.Made made = Keys.Made.of(
                operator.post(path, body, "Idempotency-Key", idempotencyKey).expect(201));
        JsonNode again = operator.post(path, body, "Idempotency-Key", idempotencyKey)
                .expect(201)
                .json();
        assertThat(again.path("id").asText()).isEqualTo(made.id());
        assertThat(again.path("secret").isNull()).isTrue();
        assertThat(again.path("secret_already_shown").asBoolean()).isTrue();
        assertThat(keys.all(project)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name | {\"name\": \" \"}",
                "name | {\"name\": \"a\\nb\"}",
                "name | {\"scopes\": []}",
                "scopes[1] | {\"name\": \"a\", \"scopes\": [\"a\", \"a b\"]}",
                "scopes[0] | {\"name\": \"a\", \"scopes\": [\"a,b\"]}",
                "scopes | {\"name\": \"a\", \"scopes\": [\"a\", \"a\"]}",
                "expires_at | {\"name\": \"a\", \"expires_at\": \"2001-01-01T00:00:00Z\"}",
            })
    void namesTheMemberThatBreaksARule(String field, String body) {
        Answer refused =
                operator.post("/v1/projects/" + project + "/keys", body).expect(400);
        assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo(field);
        assertThat(keys.all(project)).isEmpty();
    }

    @Test
    void listsAProjectsKeysNewestFirstPageByPageAndByState() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(0, keys.make(project).id());
        }
        String other = keys.make(Tenants.create()).id();
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = operator.get("/v1/projects/" + project + "/keys?limit=2" + cursor)
                    .expect(200)
                    .json();
            page.path("items").forEach(key -> seen.add(key.path("id").asText()));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
            made.remove(keys.make(project).id());
        } while (!cursor.isEmpty());
        assertThat(seen).containsExactlyElementsOf(made).doesNotContain(other);
        operator.delete("/v1/keys/" + made.get(0)).expect(204);
        assertThat(operator.get("/v1/projects/" + project + "/keys?status=revoked")
                        .expect(200)
                        .json()
                        .path("items"))
                .hasSize(1);
        operator.get("/v1/projects/" + project + "/keys?status=gone").expect(400);
        operator.get("/v1/projects/" + Tenants.newId() + "/keys").expect(404);
    }

    @Test
    void revokesAtOnceAndTellsItOnce() {
        Keys.Made made = keys.make(project);
        keys.expectCode(made.secret(), "VALID");
        operator.delete("/v1/keys/" + made.id()).expect(204);
        keys.expectCode(made.secret(), "REVOKED");
        operator.delete("/v1/keys/" + made.id()).expect(204);
        assertThat(keys.get(made.id()).path("status").asText()).isEqualTo("revoked");
        assertThat(keys.audited(made.id())).containsExactly("key.created", "key.revoked");
        assertThat(keys.told(made.id())).containsExactly("key.created", "key.revoked");
        assertThat(keys.event(made.id(), "key.revoked").path("reason").asText()).isEqualTo("requested");
    }

    @Test
    void theJobRevokesLikeTheCall() {
        Keys.Made made = keys.make(project);
        JsonNode job = keys.run("revoke_key", "{\"key_id\": \"" + made.id() + "\"}");
        assertThat(job.path("status").asText()).isEqualTo("completed");
        assertThat(job.at("/result/key_id").asText()).isEqualTo(made.id());
        keys.expectCode(made.secret(), "REVOKED");
        assertThat(keys.run("revoke_key", "{\"key_id\": \"" + made.id() + "\"}")
                        .path("status")
                        .asText())
                .isEqualTo("completed");
        assertThat(keys.told(made.id())).containsExactly("key.created", "key.revoked");
        JsonNode entries = operator.get("/v1/audit?action=key.revoked&target=key:" + made.id())
                .json()
                .path("items");
        assertThat(entries.at("/0/actor/kind").asText()).isEqualTo("job");
        JsonNode missing = keys.run("revoke_key", "{\"key_id\": \"" + UUID.randomUUID() + "\"}");
        assertThat(missing.path("status").asText()).isEqualTo("failed");
        assertThat(missing.path("attempts").asInt()).isEqualTo(1);
    }

    @Test
    void deletingAProjectRevokesItsKeysAndGivesItNoMore() {
        Keys.Made first = keys.make(project);
        Keys.Made second = keys.make(project);
        operator.delete("/v1/keys/" + first.id()).expect(204);
        operator.put("/v1/projects/" + project + "/status", "{\"status\": \"deleted\", \"reason\": \"test\"}")
                .expect(200);
        keys.expectCode(second.secret(), "REVOKED");
        assertThat(keys.told(first.id())).containsExactly("key.created", "key.revoked");
        assertThat(keys.told(second.id())).containsExactly("key.created", "key.revoked");
        assertThat(keys.event(second.id(), "key.revoked").path("reason").asText())
                .isEqualTo("project_deleted");
        assertThat(keys.get(second.id()).path("status").asText()).isEqualTo("revoked");
        operator.post("/v1/projects/" + project + "/keys", "{\"name\": \"late\"}")
                .expect(409);
    }

    @Test
    void aProjectHasABoundedNumberOfKeys() {
        SharedServer.database().execute("""
                insert into api_keys (project_id, family, name, environment, scopes, prefix, hash, master_key_id, created_by)
                select ?, sluice_uuid(), 'many', 'prod', '{}', 'slk_prod_', sha256(convert_to(? || n, 'UTF8')), 'none', 'test'
                from generate_series(1, 99) n
                """, project, project);
        Keys.Made last = keys.make(project);
        Answer refused = operator.post("/v1/projects/" + project + "/keys", "{\"name\": \"more\"}")
                .expect(409);
        assertThat(refused.json().path("detail").asText()).contains("100 keys");
        keys.rotate(last.id(), "{}").expect(201);
        operator.delete("/v1/keys/" + keys.get(last.id()).path("replaced_by").asText())
                .expect(204);
        keys.make(project);
    }

    @Test
    void whatBelongsToAnotherTenantDoesNotExist() {
        Keys.Made foreign = keys.make(Tenants.create());
        Keys.Made own = keys.make(project);
        Api owner = Tenants.holder("owner", project);
        String missing = UUID.randomUUID().toString();
        for (String id : List.of(foreign.id(), missing)) {
            assertThat(List.of(
                            owner.get("/v1/keys/" + id).status(),
                            owner.delete("/v1/keys/" + id).status(),
                            owner.get("/v1/keys/" + id + "/usage").status(),
                            owner.post("/v1/keys/" + id + "/rotate", "{}").status(),
                            owner.post("/v1/keys/" + id + "/secret", null).status()))
                    .as("calls for %s", id)
                    .containsOnly(404);
        }
        owner.post("/v1/projects/" + foreign.json().path("project_id").asText() + "/keys", "{\"name\": \"a\"}")
                .expect(404);
        keys.expectCode(foreign.secret(), "VALID");
        owner.get("/v1/keys/" + own.id()).expect(200);
        owner.get("/v1/keys/" + own.id() + "/usage").expect(200);
        owner.delete("/v1/keys/" + own.id()).expect(204);
        Api viewer = Tenants.holder("viewer");
        viewer.get("/v1/keys/" + own.id()).expect(200);
        viewer.delete("/v1/keys/" + own.id()).expect(403);
        Api service = Tenants.holder("service", project);
        String question = "{\"key\": \"" + foreign.secret() + "\"}";
        assertThat(service.post("/v1/keys/verify", question).expect(200).json().toString())
                .isEqualTo(service.post("/v1/keys/verify", "{\"key\": \"nonsense\"}")
                        .expect(200)
                        .json()
                        .toString());
        assertThat(service.post("/v1/keys/leaks", "{\"key\": \"" + foreign.secret() + "\", \"policy\": \"revoke\"}")
                        .expect(200)
                        .json()
                        .path("action")
                        .asText())
                .isEqualTo("none");
        keys.expectCode(foreign.secret(), "VALID");
    }
}
