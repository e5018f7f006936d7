package io.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.Dump;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestFolder;
import io.sluice.testkit.TestTokens;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Makes secrets of every kind, uses them rightly and wrongly, and then looks for their text in every place where Sluice
 * leaves anything: every table, a dump of the database, the log, the metrics, and what jobs and the audit log show.
 */
class NoClearSecretIT {
    private final Api operator = SharedServer.operator();
    private final TestDatabase database = SharedServer.database();
    private final Keys keys = Keys.shared();
    private final String project = Tenants.create();
    private final List<String> secrets = new ArrayList<>();
    private JsonNode backup;

    @Test
    void noSecretIsWrittenDownAnywhere() throws Exception {
        String canary = "canary-" + UUID.randomUUID();
        Keys.Made made = plantedKey(canary);
        rotated(made);
        tokens();
        receivers();
        misused();
        String unfetched = keys.run("rotate_key", "{\"key_id\": \"" + plant(keys.make(project)) + "\"}")
                .at("/result/new_key_id")
                .asText();
        String leaked = keys.leaked(lastSecret(), "grace").json().path("action").asText();
        assertThat(leaked).isEqualTo("notified");
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> database.count("select count(*) from api_key_uses") > 0);
        String dumpWithSeal = Dump.of(database);
        everythingElse();

        secrets.add(Keys.Made.of(
                        operator.post("/v1/keys/" + unfetched + "/secret", null).expect(200))
                .secret());
        assertThat(database.count("select count(*) from api_key_handovers where key_id = cast(? as uuid)", unfetched))
                .isZero();
        secrets.add(SluiceServer.MASTER_KEY);
        secrets.add(SharedServer.BOOTSTRAP_TOKEN);
        assertThat(secrets).hasSizeGreaterThan(15).doesNotHaveDuplicates();

        Map<String, String> places = places(dumpWithSeal);
        assertThat(places.get("table projects")).contains(canary);
        assertThat(places.get("dump")).contains(canary);
        assertThat(places.get("backup records/project.jsonl")).contains(canary);
        assertThat(places.get("log")).contains(canary);
        places.forEach((place, text) -> {
            for (String secret : secrets) {
                for (String form : forms(secret)) {
                    assertThat(text.contains(form))
                            .as("%s holds %s…", place, secret.substring(0, 12))
                            .isFalse();
                }
            }
        });
    }

    /** A canary that must be found shows that the search would find a secret. */
    private Keys.Made plantedKey(String canary) {
        operator.patch("/v1/projects/" + project, "{\"name\": \"" + canary + "\"}", "X-Request-Id", canary)
                .expect(200);
        String path = "/v1/projects/" + project + "/keys";
        Keys.Made made = Keys.Made.of(operator.post(path, "{\"name\": \"a\"}", "Idempotency-Key", project)
                .expect(201));
        plant(made);
        operator.post(path, "{\"name\": \"a\"}", "Idempotency-Key", project).expect(201);
        operator.post(path, "{\"name\": \"a\"}", "Idempotency-Key", project + "2")
                .expect(201);
        secrets.add(Keys.Made.of(operator.post(path, "{\"name\": \"b\"}").expect(201))
                .secret());
        return made;
    }

    private void rotated(Keys.Made made) {
        Keys.Made second = Keys.Made.of(
                keys.rotate(made.id(), "{}", "Idempotency-Key", "r" + project).expect(201));
        plant(second);
        keys.rotate(made.id(), "{}", "Idempotency-Key", "r" + project).expect(201);
        keys.rotate(made.id(), "{}", "Idempotency-Key", "s" + project).expect(409);
        String third = keys.run("rotate_key", "{\"key_id\": \"" + second.id() + "\"}")
                .at("/result/new_key_id")
                .asText();
        String path = "/v1/keys/" + third + "/secret";
        plant(Keys.Made.of(
                operator.post(path, "{}", "Idempotency-Key", "f" + project).expect(200)));
        assertThat(operator.post(path, "{}", "Idempotency-Key", "f" + project)
                        .expect(200)
                        .json()
                        .path("secret")
                        .isNull())
                .isTrue();
        assertThat(keys.run("rotate_key", "{\"key_id\": \"" + second.id() + "\"}")
                        .path("status")
                        .asText())
                .isEqualTo("failed");
        keys.run("revoke_key", "{\"key_id\": \"" + third + "\"}");
        keys.run("expire_keys", "{}");
    }

    private void tokens() {
        for (String role : List.of("operator", "viewer", "service")) {
            secrets.add(TestTokens.make(operator, role));
        }
        secrets.add(
                operator.post("/v1/tokens", "{\"name\": \"t\", \"role\": \"viewer\"}", "Idempotency-Key", "t" + project)
                        .expect(201)
                        .json()
                        .path("token")
                        .asText());
        operator.as(lastSecret()).get("/v1/projects/" + project).expect(200);
    }

    /** Webhooks, which are signed with secrets, and a chat, whose address is one. */
    private void receivers() {
        String path = "/v1/projects/" + project + "/webhooks";
        String body = "{\"url\": \"http://127.0.0.1:9/gone\", \"events\": [\"key.*\", \"backup.*\"]}";
        JsonNode webhook = operator.post(path, body, "Idempotency-Key", "h" + project)
                .expect(201)
                .json();
        operator.post(path, body, "Idempotency-Key", "h" + project).expect(201);
        plantWebhook(webhook);
        plantWebhook(operator.post(
                        "/v1/webhooks/" + webhook.path("id").asText() + "/rotate-secret",
                        null,
                        "Idempotency-Key",
                        "i" + project)
                .expect(200)
                .json());
        secrets.add("chat-" + UUID.randomUUID());
        operator.put(
                        "/v1/projects/" + project + "/notification-chat",
                        "{\"url\": \"http://127.0.0.1:9/" + lastSecret() + "\"}")
                .expect(200);
    }

    private void plantWebhook(JsonNode webhook) {
        String secret = webhook.path("secret").asText();
        byte[] bytes = Base64.getDecoder().decode(secret.replace("whsec_", ""));
        secrets.add(secret.replace("whsec_", ""));
        secrets.add(HexFormat.of().formatHex(bytes));
    }

    /** Every other job that writes, or reads much, with the secrets in place. */
    private void everythingElse() {
        TenantData data = new TenantData(operator, database);
        backup = data.backUp(project);
        data.awaitJob(
                operator.post(
                                "/v1/backups/" + backup.path("id").asText() + "/restore",
                                "{\"confirm\": \"" + project + "\"}")
                        .expect(202)
                        .json()
                        .path("id")
                        .asText(),
                "completed");
        String one = "{\"project_ids\": [\"" + project + "\"]}";
        for (Map.Entry<String, String> job : Map.of(
                        "check_usage_limits",
                        one,
                        "detect_abuse",
                        one,
                        "auto_suspend",
                        "{\"project_id\": \"" + project + "\", \"pattern_type\": \"suspicious_pattern\"}",
                        "cleanup_expired_backups",
                        "{\"project_id\": \"" + project + "\"}",
                        "notify_backup_expiration",
                        "{\"project_id\": \"" + project + "\"}",
                        "reseal_secrets",
                        "{}",
                        "purge",
                        "{\"dry_run\": true}")
                .entrySet()) {
            data.awaitJob(data.insert(job.getKey(), job.getValue()), "completed");
        }
    }

    /** Secrets where they do not belong: in paths, queries, other members, other headers, other calls. */
    private void misused() {
        String key = plantedSecret();
        keys.verdict(key, ", \"scope\": \"none\"");
        operator.post("/v1/keys/verify", "{\"key\": \"" + key + "\"}", "Idempotency-Key", "v" + project)
                .expect(200);
        operator.post("/v1/keys/verify", "{\"key\": \"" + key + "\", \"amount\": \"1\"}")
                .expect(400);
        operator.post("/v1/keys/verify", "{\"key\": [\"" + key + "\"]}", "Idempotency-Key", "w" + project)
                .expect(400);
        operator.post("/v1/keys/leaks", "{\"key\": \"" + key + "\", \"policy\": \"burn\"}")
                .expect(400);
        operator.post(
                        "/v1/keys/leaks",
                        "{\"key\": \"x\", \"policy\": \"" + key + "\"}",
                        "Idempotency-Key",
                        "x" + project)
                .expect(400);
        operator.post("/v1/keys/leaks", "{\"" + key + "\": 1}", "Idempotency-Key", "y" + project)
                .expect(400);
        operator.post("/v1/keys/" + key + "/rotate", "{}", "Idempotency-Key", "z" + project)
                .expect(404);
        operator.post("/v1/projects/" + key + "/keys", "{\"name\": \"a\"}", "Idempotency-Key", "q" + project)
                .expect(404);
        operator.get("/v1/keys/" + key).expect(404);
        operator.get("/v1/jobs?type=" + key).expect(200);
        operator.post(
                        "/v1/jobs",
                        "{\"type\": \"rotate_key\", \"payload\": {\"key_id\": \"" + key + "\"}}",
                        "Idempotency-Key",
                        "j" + project)
                .expect(400);
        operator.as(key).get("/v1/projects").expect(401);
        operator.as(key.replace("slk_", "slt_")).get("/v1/projects").expect(401);
        keys.leaked(key, "notify").expect(200);
    }

    private String plant(Keys.Made made) {
        secrets.add(made.secret());
        return made.id();
    }

    private String plantedSecret() {
        plant(keys.make(project));
        return lastSecret();
    }

    private String lastSecret() {
        return secrets.get(secrets.size() - 1);
    }

    private Map<String, String> places(String dumpWithSeal) throws IOException {
        Map<String, String> places = new TreeMap<>();
        for (Map<String, Object> table : database.query("""
                select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
                """)) {
            String name = String.valueOf(table.get("name"));
            StringBuilder rows = new StringBuilder();
            database.query("select t::text as line from \"" + name + "\" t")
                    .forEach(row -> rows.append(row.get("line")).append('\n'));
            places.put("table " + name, rows.toString());
        }
        places.put("dump", Dump.of(database));
        places.put("dump with a secret under seal", dumpWithSeal);
        try (ZipInputStream archive = new ZipInputStream(new ByteArrayInputStream(
                Files.readAllBytes(new TenantData(operator, database).file(TestFolder.of("backups"), backup))))) {
            for (ZipEntry file = archive.getNextEntry(); file != null; file = archive.getNextEntry()) {
                places.put("backup " + file.getName(), new String(archive.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        places.put("log", SharedServer.node().output());
        for (String path : List.of(
                "/metrics",
                "/v1/jobs?limit=200",
                "/v1/audit?limit=200",
                "/v1/notifications?limit=200",
                "/v1/projects/" + project + "/keys",
                "/v1/projects/" + project + "/webhooks",
                "/v1/projects/" + project + "/notification-chat")) {
            places.put(path, operator.get(path).expect(200).body());
        }
        return places;
    }

    /** A secret as it is, and as bytes of it would look in a dump. */
    private static List<String> forms(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return List.of(
                secret,
                HexFormat.of().formatHex(bytes),
                Base64.getEncoder().withoutPadding().encodeToString(bytes));
    }
}
