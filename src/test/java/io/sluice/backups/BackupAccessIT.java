package io.sluice.backups;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may have a backup, give it back and delete it. */
class BackupAccessIT {
    private static final Path FOLDER = TestFolder.of("backups");

    private final Api operator = SharedServer.operator();
    private final TestDatabase database = SharedServer.database();
    private final TenantData data = new TenantData(operator, database);

    @Test
    void aBackupIsDownloadedByOwnersAndOperatorsAndDeletedOnce() throws Exception {
        String project = data.project();
        JsonNode backup = data.backUp(project);
        String path = "/v1/backups/" + backup.path("id").asText();
        Api owner = Tenants.holder("owner", project);
        for (Api api : List.of(operator, owner)) {
            Answer content = api.get(path + "/content").expect(200);
            assertThat(content.header("Content-Type")).isEqualTo("application/zip");
            assertThat(content.header("Content-Length"))
                    .isEqualTo(backup.path("bytes").asText());
        }
        assertThat(actions(project)).contains("backup.downloaded");
        Path file = data.file(FOLDER, backup);
        owner.delete(path).expect(204);
        assertThat(file).doesNotExist();
        assertThat(owner.get(path).expect(200).json().path("state").asText()).isEqualTo("deleted");
        assertThat(owner.get(path + "/content").expect(409).code()).isEqualTo("CONFLICT");
        assertThat(owner.delete(path).status()).isEqualTo(409);
        assertThat(restore(owner, backup, project, project).status()).isEqualTo(409);
    }

    @Test
    void anArchiveHoldsNoSecretAndARestoreRevivesNoKey() throws Exception {
        String project = data.project();
        String schema = TenantData.newSchema();
        data.assign(project, schema);
        data.fill(schema);
        JsonNode revoked = key(project);
        JsonNode rotated = key(project);
        String signing = operator.post(
                        "/v1/projects/" + project + "/webhooks",
                        "{\"url\": \"http://127.0.0.1:9/none\", \"events\": [\"key.leaked\"]}")
                .expect(201)
                .json()
                .path("secret")
                .asText();
        JsonNode backup = data.backUp(project);
        operator.delete("/v1/keys/" + revoked.path("id").asText()).expect(204);
        operator.post("/v1/keys/" + rotated.path("id").asText() + "/rotate", "{\"grace_seconds\": 0}")
                .expect(201);

        Map<String, byte[]> files = Archives.files(data.file(FOLDER, backup));
        assertThat(files.keySet().stream().filter(name -> name.matches("(?i).*(key|token|webhook|secret).*")))
                .isEmpty();
        files.forEach((name, bytes) -> assertThat(new String(bytes, StandardCharsets.UTF_8))
                .as(name)
                .doesNotContain(
                        revoked.path("secret").asText(), rotated.path("secret").asText(), signing));
        String job = restore(operator, backup, project, project)
                .expect(202)
                .json()
                .path("id")
                .asText();
        data.awaitJob(job, "completed");
        assertThat(code(revoked)).isEqualTo("REVOKED");
        assertThat(code(rotated)).isEqualTo("EXPIRED");
        assertThat(operator.get("/v1/projects/" + project + "/keys").json().path("items"))
                .hasSize(3);
    }

    private JsonNode key(String project) {
        return operator.post("/v1/projects/" + project + "/keys", "{\"name\": \"test\"}")
                .expect(201)
                .json();
    }

    private String code(JsonNode key) {
        return operator.post(
                        "/v1/keys/verify", "{\"key\": \"" + key.path("secret").asText() + "\"}")
                .expect(200)
                .json()
                .path("code")
                .asText();
    }

    @Test
    void nobodyElseReachesABackup() {
        String project = data.project();
        JsonNode backup = data.backUp(project);
        String path = "/v1/backups/" + backup.path("id").asText();
        String foreign = data.project();
        Api stranger = Tenants.holder("owner", foreign);
        assertThat(stranger.get(path).status()).isEqualTo(404);
        assertThat(stranger.get(path + "/content").status()).isEqualTo(404);
        assertThat(stranger.delete(path).status()).isEqualTo(404);
        assertThat(restore(stranger, backup, foreign, foreign).status()).isEqualTo(404);
        assertThat(stranger.post("/v1/projects/" + project + "/backups", null).status())
                .isEqualTo(404);
        Api owner = Tenants.holder("owner", project);
        assertThat(restore(owner, backup, foreign, foreign).status()).isEqualTo(404);
        Api viewer = Tenants.holder("viewer");
        viewer.get(path).expect(200);
        assertThat(viewer.get(path + "/content").status()).isEqualTo(403);
        assertThat(viewer.delete(path).status()).isEqualTo(403);
    }

    @Test
    void aRestoreIsConfirmedByNameAndOneAtATime() {
        String project = data.project();
        JsonNode backup = data.backUp(project);
        assertThat(restore(operator, backup, project.toUpperCase(Locale.ROOT), null)
                        .expect(400)
                        .body())
                .contains("confirm");
        operator.put("/v1/job-types/restore_backup", "{\"paused\": true}").expect(200);
        try {
            String first = restore(operator, backup, project, null)
                    .expect(202)
                    .json()
                    .path("id")
                    .asText();
            assertThat(restore(operator, backup, project, null).expect(409).body())
                    .contains(first);
        } finally {
            operator.put("/v1/job-types/restore_backup", "{\"paused\": false}").expect(200);
        }
    }

    @Test
    void aTenantSchemaIsNamedByOperatorsAndNeverShared() {
        String project = data.project();
        String path = "/v1/projects/" + project + "/tenant-schema";
        for (String bad : List.of("public", "pg_catalog", "information_schema", "A", "a-b", "1a", "", "a\\\"b")) {
            assertThat(operator.put(path, "{\"schema\": \"" + bad + "\"}").status())
                    .as(bad)
                    .isEqualTo(400);
        }
        assertThat(operator.get(path).status()).isEqualTo(404);
        String schema = TenantData.newSchema();
        operator.put(path, "{\"schema\": \"" + schema + "\"}").expect(200);
        assertThat(operator.put("/v1/projects/" + data.project() + "/tenant-schema", "{\"schema\": \"" + schema + "\"}")
                        .status())
                .isEqualTo(409);
        assertThat(Tenants.holder("owner", project)
                        .put(path, "{\"schema\": \"x\"}")
                        .status())
                .isEqualTo(403);
        operator.delete(path).expect(204);
        assertThat(operator.delete(path).status()).isEqualTo(404);
    }

    private static Answer restore(Api api, JsonNode backup, String confirm, String project) {
        String target = project == null ? "" : ", \"project_id\": \"" + project + "\"";
        return api.post(
                "/v1/backups/" + backup.path("id").asText() + "/restore",
                "{\"confirm\": \"" + confirm + "\"" + target + "}");
    }

    private List<Object> actions(String project) {
        return database.query("select action from audit_entries where project_id = ? order by id", project).stream()
                .map(row -> row.get("action"))
                .toList();
    }
}
