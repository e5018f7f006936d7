package io.sluice.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registering who hears of what. Nothing is sent here. */
class WebhooksIT {
    private static final String URL = "https://93.184.216.34/hook?token=confidential";

    private final Api operator = SharedServer.operator();
    private final String project = Tenants.create();
    private final String path = "/v1/projects/" + project + "/webhooks";

    @Test
    void anOwnerMakesReadsChangesAndRemovesItsWebhook() {
        Api owner = Tenants.holder("owner", project);
        Answer made = owner.post(path, body(URL, "[\"quota.*\", \"project.suspended\"]"))
                .expect(201);
        String id = made.json().get("id").asText();
        assertThat(made.header("Location")).endsWith("/v1/webhooks/" + id);
        assertThat(made.header("ETag")).isEqualTo("\"1\"");
        assertThat(made.json().get("enabled").asBoolean()).isTrue();
        assertThat(made.json().get("project_id").asText()).isEqualTo(project);
        assertThat(owner.get(path).json().get("items")).hasSize(1);
        String change =
                "{\"url\": \"https://93.184.216.34/other\", \"events\": [\"*\"], \"description\": \"d\", \"enabled\": false}";
        assertThat(owner.put("/v1/webhooks/" + id, change, "If-Match", "\"7\"").status())
                .isEqualTo(412);
        Answer changed =
                owner.put("/v1/webhooks/" + id, change, "If-Match", "\"1\"").expect(200);
        assertThat(changed.header("ETag")).isEqualTo("\"2\"");
        assertThat(changed.json().get("disabled_reason").asText()).isEqualTo("user");
        Answer enabled = owner.post("/v1/webhooks/" + id + "/enable", null).expect(200);
        assertThat(enabled.json().get("enabled").asBoolean()).isTrue();
        assertThat(enabled.json().get("url").asText()).isEqualTo("https://93.184.216.34/other");
        assertThat(owner.delete("/v1/webhooks/" + id, "If-Match", "\"1\"").status())
                .isEqualTo(412);
        SharedServer.database()
                .execute("update webhooks set exhausted = 3, standing = 'failing' where id = ?", UUID.fromString(id));
        assertThat(owner.post("/v1/webhooks/" + id + "/enable", null)
                        .expect(200)
                        .json()
                        .get("consecutive_failures")
                        .asInt())
                .as("failures after enabling one that was enabled")
                .isZero();
        owner.delete("/v1/webhooks/" + id, "If-Match", "\"4\"").expect(204);
        owner.get("/v1/webhooks/" + id).expect(404);
        JsonNode audit = operator.get("/v1/audit?target=webhook:" + id).json().get("items");
        assertThat(audit.findValuesAsText("action"))
                .containsExactly(
                        "webhook.deleted",
                        "webhook.updated",
                        "webhook.enabled",
                        "webhook.enabled",
                        "webhook.updated",
                        "webhook.created");
        assertThat(audit.toString()).doesNotContain("confidential", "93.184.216.34");
    }

    @Test
    void oneThatItsOwnerSwitchesOffStaysOffThoughItsReceiverMayGetWell() {
        String id = operator.post(path, body(URL, "[\"*\"]"))
                .expect(201)
                .json()
                .get("id")
                .asText();
        SharedServer.database().execute("""
                update webhooks
                set status = 'disabled', disabled_reason = 'exhausted', disabled_at = sluice_now(),
                    probe_at = sluice_now() + interval '1 hour'
                where id = ?
                """, UUID.fromString(id));
        JsonNode off = operator.put(
                        "/v1/webhooks/" + id, "{\"url\": \"" + URL + "\", \"events\": [\"*\"], \"enabled\": false}")
                .expect(200)
                .json();
        assertThat(off.get("disabled_reason").asText()).isEqualTo("user");
        assertThat(SharedServer.database()
                        .count("select count(probe_at) from webhooks where id = ?", UUID.fromString(id)))
                .as("looks that are still to be made at its receiver")
                .isZero();
    }

    @Test
    void theSecretIsShownOnceAndSealedInTheDatabase() {
        Answer made = operator.post(path, body(URL, "[\"*\"]"), "Idempotency-Key", "a")
                .expect(201);
        String secret = made.json().get("secret").asText();
        String id = made.json().get("id").asText();
        assertThat(secret).startsWith("whsec_");
        byte[] bytes = Base64.getDecoder().decode(secret.substring(6));
        assertThat(bytes).hasSize(32);
        Answer again = operator.post(path, body(URL, "[\"*\"]"), "Idempotency-Key", "a")
                .expect(201);
        assertThat(again.json().get("secret").isNull()).isTrue();
        assertThat(again.json().get("secret_already_shown").asBoolean()).isTrue();
        for (String read : List.of("/v1/webhooks/" + id, path)) {
            assertThat(operator.get(read).body()).doesNotContain("secret", secret);
        }
        Map<String, Object> row = SharedServer.database()
                .query("select * from webhook_secrets where webhook_id = ?", UUID.fromString(id))
                .get(0);
        assertThat(row.get("master_key_id").toString()).matches("[0-9a-f]{8}");
        String sealed = java.util.HexFormat.of().formatHex((byte[]) row.get("sealed"));
        assertThat(sealed).doesNotContain(java.util.HexFormat.of().formatHex(bytes));
        String rotated = operator.post("/v1/webhooks/" + id + "/rotate-secret", null)
                .expect(200)
                .json()
                .get("secret")
                .asText();
        assertThat(rotated).startsWith("whsec_").isNotEqualTo(secret);
        operator.post("/v1/webhooks/" + id + "/rotate-secret", null).expect(200);
        assertThat(SharedServer.database()
                        .count("select count(*) from webhook_secrets where webhook_id = ?", UUID.fromString(id)))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://93.184.216.34/hook",
                "https://10.0.0.1/hook",
                "https://[::1]/hook",
                "https://169.254.169.254/",
                "https://2130706433/",
                "https://user@93.184.216.34/",
                "https://93.184.216.34:22/",
                "ftp://93.184.216.34/",
                "https://0x7f000001/",
                "nonsense",
                "",
                "https://[::ffff:10.0.0.1]/",
                "https://93.184.216.34/#x"
            })
    void refusesTargetsThatMustNotBeCalled(String url) {
        Answer refused = operator.post(path, body(url, "[\"*\"]")).expect(400);
        assertThat(refused.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo("url");
        String id = operator.post(path, body(URL, "[\"*\"]"))
                .expect(201)
                .json()
                .get("id")
                .asText();
        assertThat(operator.put("/v1/webhooks/" + id, body(url, "[\"*\"]"))
                        .expect(400)
                        .json()
                        .at("/errors/0/field")
                        .asText())
                .isEqualTo("url");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[\"nothing.happened\"]",
                "[\"quota\"]",
                "[\"quo.*\"]",
                "[\"*.exceeded\"]",
                "[\"quota.**\"]",
                "[\"\"]",
                "[\"QUOTA.*\"]",
                "[\"*\", \"*\"]",
                "[null]",
                "\"*\""
            })
    void refusesFiltersThatFitNoKindOfEvent(String events) {
        Answer refused = operator.post(path, body(URL, events)).expect(400);
        assertThat(refused.json().at("/errors/0/field").asText()).startsWith("events");
    }

    @Test
    void noHeaderCanBeSet() {
        String headers = "{\"url\": \"" + URL + "\", \"events\": [\"*\"], \"headers\": {\"webhook-id\": \"mine\"}}";
        assertThat(operator.post(path, headers)
                        .expect(400)
                        .json()
                        .at("/errors/0/field")
                        .asText())
                .isEqualTo("headers");
    }

    @Test
    void whatBelongsToOthersDoesNotExistForAnOwner() {
        Api owner = Tenants.holder("owner", project);
        String foreign = Tenants.create();
        String theirs = operator.post("/v1/projects/" + foreign + "/webhooks", body(URL, "[\"*\"]"))
                .expect(201)
                .json()
                .get("id")
                .asText();
        String whole = operator.post("/v1/webhooks", body(URL, "[\"schedule.missed\"]"))
                .expect(201)
                .json()
                .get("id")
                .asText();
        for (String id : List.of(theirs, whole)) {
            String delivery = operator.post("/v1/webhooks/" + id + "/test", null)
                    .expect(202)
                    .json()
                    .get("id")
                    .asText();
            assertThat(owner.get("/v1/webhooks/" + id).status()).isEqualTo(404);
            assertThat(owner.put("/v1/webhooks/" + id, body(URL, "[\"*\"]")).status())
                    .isEqualTo(404);
            assertThat(owner.delete("/v1/webhooks/" + id).status()).isEqualTo(404);
            assertThat(owner.get("/v1/webhooks/" + id + "/deliveries").status()).isEqualTo(404);
            assertThat(owner.get("/v1/deliveries/" + delivery).status()).isEqualTo(404);
            assertThat(owner.post("/v1/deliveries/" + delivery + "/redeliver", null)
                            .status())
                    .isEqualTo(404);
            for (String act : List.of("rotate-secret", "enable", "test")) {
                assertThat(owner.post("/v1/webhooks/" + id + "/" + act, null).status())
                        .isEqualTo(404);
            }
            assertThat(owner.post("/v1/webhooks/" + id + "/redeliver", "{\"from\": \"2026-01-01T00:00:00Z\"}")
                            .status())
                    .isEqualTo(404);
        }
        assertThat(owner.post("/v1/projects/" + foreign + "/webhooks", body(URL, "[\"*\"]"))
                        .status())
                .isEqualTo(404);
        operator.delete("/v1/webhooks/" + whole).expect(204);
    }

    @Test
    void aDeletedProjectsWebhooksGoWithIt() {
        String id = operator.post(path, body(URL, "[\"*\"]"))
                .expect(201)
                .json()
                .get("id")
                .asText();
        operator.put("/v1/projects/" + project + "/status", "{\"status\": \"archived\", \"reason\": \"test\"}")
                .expect(200);
        operator.get("/v1/webhooks/" + id).expect(200);
        operator.put("/v1/projects/" + project + "/status", "{\"status\": \"deleted\", \"reason\": \"test\"}")
                .expect(200);
        operator.get("/v1/webhooks/" + id).expect(404);
        assertThat(SharedServer.database()
                        .count("select count(*) from webhook_deliveries where webhook_id = ?", UUID.fromString(id)))
                .isZero();
        assertThat(operator.post(path, body(URL, "[\"*\"]")).expect(409).code()).isEqualTo("CONFLICT");
    }

    @Test
    void theCatalogueDescribesEveryKindWithASchemaThatItsExampleFits() {
        JsonNode kinds = operator.get("/v1/event-types").expect(200).json().get("items");
        assertThat(kinds.findValuesAsText("name"))
                .isSorted()
                .contains("webhook.disabled", "project.suspended", "quota.exceeded", "job.failed");
        assertThat(kinds).allSatisfy(kind -> {
            assertThat(kind.get("description").asText()).isNotBlank();
            JsonNode properties = kind.at("/schema/properties");
            assertThat(properties.has("project_id")).isTrue();
            kind.get("example")
                    .fieldNames()
                    .forEachRemaining(member -> assertThat(properties.has(member))
                            .as("%s.%s", kind.get("name"), member)
                            .isTrue());
            kind.at("/schema/required")
                    .forEach(member -> assertThat(kind.get("example").has(member.asText()))
                            .as("%s.%s", kind.get("name"), member)
                            .isTrue());
        });
    }

    private static String body(String url, String events) {
        return "{\"url\": \"" + url + "\", \"events\": " + events + "}";
    }
}
