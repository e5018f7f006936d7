package io.sluice.backups;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.PublishedEvents;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Backups as their owners and operators meet them. */
class BackupsIT {
    private static final Path FOLDER = TestFolder.of("backups");

    private final Api operator = SharedServer.operator();
    private final TestDatabase database = SharedServer.database();
    private final TenantData data = new TenantData(operator, database);

    @BeforeAll
    static void needsPgDump() {
        TenantData.needsPgDump();
    }

    @Test
    void aBackupIsStoredSummedToldAndListed() throws Exception {
        String project = data.project();
        String schema = TenantData.newSchema();
        data.assign(project, schema);
        data.fill(schema);
        JsonNode backup = data.backUp(project);

        assertThat(backup.path("state").asText()).isEqualTo("completed");
        assertThat(backup.path("tables").asInt()).isEqualTo(3);
        assertThat(backup.path("table_rows").asLong()).isEqualTo(1052);
        Path file = data.file(FOLDER, backup);
        assertThat(Files.size(file)).isEqualTo(backup.path("bytes").asLong());
        assertThat(Archives.sha256(Files.readAllBytes(file)))
                .isEqualTo(backup.path("sha256").asText());
        JsonNode manifest = Archives.manifest(file);
        assertThat(manifest.path("tenant_schema").asText()).isEqualTo(schema);
        Archives.files(file).forEach((name, bytes) -> {
            if (!name.equals("manifest.json")) {
                JsonNode entry = Archives.entry(manifest, name);
                assertThat(entry.path("sha256").asText()).as(name).isEqualTo(Archives.sha256(bytes));
                assertThat(entry.path("bytes").asLong()).as(name).isEqualTo(bytes.length);
            }
        });
        assertThat(Archives.text(file, "tenant/schema.sql"))
                .contains("CREATE TABLE " + schema + ".customers", "PostgreSQL database dump complete");
        assertThat(Archives.text(file, "records/project.jsonl"))
                .contains(project)
                .doesNotContain("example.org");

        List<JsonNode> told = new PublishedEvents(database).of(project, "backup.completed");
        assertThat(told).hasSize(1);
        assertThat(told.get(0).path("backup_id")).isEqualTo(backup.path("id"));
        assertThat(told.get(0).path("table_rows").asLong()).isEqualTo(1052);
        assertThat(actions(project)).contains("backup.requested", "backup.completed");
        JsonNode stats = operator.get("/v1/projects/" + project + "/backups/stats")
                .expect(200)
                .json();
        assertThat(stats.path("completed").asInt()).isEqualTo(1);
        assertThat(stats.path("bytes")).isEqualTo(backup.path("bytes"));
    }

    @Test
    void anOwnerGetsTheTenantsDataBackAndNothingThatIsAWayUp() {
        String project = data.project();
        String schema = TenantData.newSchema();
        data.assign(project, schema);
        data.fill(schema);
        Object before = data.sums(schema);
        quota(project, 1000);
        JsonNode backup = data.backUp(project);

        database.execute("drop view " + schema + ".named");
        database.execute("truncate " + schema + ".customers, " + schema + ".\"Odd: \"\"name\"\"\"");
        database.execute("create table " + schema + ".newer (id int)");
        quota(project, 10);
        Tenants.track(project, "requests", 7, "e1", null).expect(202);
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"unpaid\"}")
                .expect(201);

        Api owner = Tenants.holder("owner", project);
        String job = restore(owner, backup, project, project)
                .expect(202)
                .json()
                .path("id")
                .asText();
        data.awaitJob(job, "completed");

        assertThat(data.sums(schema)).isEqualTo(before);
        assertThat(status(project)).isEqualTo("suspended");
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(7);
        assertThat(hardCap(project)).isEqualTo(10);
        assertThat(actions(project)).contains("backup.restore_requested", "backup.restored");
        // What others find in the pool afterwards is as it was.
        assertThat(operator.get("/v1/projects/" + project + "/backups")
                        .expect(200)
                        .json()
                        .path("items"))
                .hasSize(1);
    }

    @Test
    void anOperatorGetsPlanAndQuotasBackAsWellAndUsageIsNeverLowered() {
        String project = data.project();
        quota(project, 1000);
        Tenants.track(project, "requests", 5, "e1", null).expect(202);
        JsonNode backup = data.backUp(project);
        Tenants.track(project, "requests", 6, "e2", null).expect(202);
        quota(project, 500);
        operator.put(
                        "/v1/projects/" + project + "/quotas/errors",
                        "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"month\"}")
                .expect(200);

        String job = restore(operator, backup, project, project)
                .expect(202)
                .json()
                .path("id")
                .asText();
        JsonNode result = data.awaitJob(job, "completed").path("result");
        assertThat(result.path("terms").asBoolean()).isTrue();
        assertThat(hardCap(project)).isEqualTo(1000);
        assertThat(operator.get("/v1/projects/" + project + "/quotas/errors?period=month")
                        .status())
                .isEqualTo(404);
        assertThat(Tenants.used(project, "requests", "month")).isEqualTo(11);
    }

    @Test
    void aBackupGoesIntoAnEmptyProjectAndNeverOverSomebodyElsesData() {
        String project = data.project();
        String schema = TenantData.newSchema();
        data.assign(project, schema);
        data.fill(schema);
        Object before = data.sums(schema);
        JsonNode backup = data.backUp(project);
        String other = data.project();
        String target = TenantData.newSchema();
        data.assign(other, target);
        database.execute("drop function " + schema + ".two()");
        database.execute("insert into " + schema + ".customers (name) values ('later')");
        Object later = database.query("select * from " + schema + ".customers order by id");

        String job = restore(operator, backup, other, other)
                .expect(202)
                .json()
                .path("id")
                .asText();
        data.awaitJob(job, "completed");
        assertThat(data.sums(target)).isEqualTo(before);
        assertThat(database.query("select * from " + schema + ".customers order by id"))
                .isEqualTo(later);

        String again = restore(operator, backup, other, other)
                .expect(202)
                .json()
                .path("id")
                .asText();
        assertThat(data.awaitJob(again, "failed").path("last_error").asText()).contains("is not empty");
        assertThat(data.sums(target)).isEqualTo(before);
    }

    @Test
    void aStatementThatFailsLeavesEverythingAsItWas() {
        String project = data.project();
        String schema = TenantData.newSchema();
        String role = "role_" + schema;
        data.assign(project, schema);
        data.fill(schema);
        database.execute("create role " + role);
        database.execute("grant select on " + schema + ".named to " + role);
        JsonNode backup = data.backUp(project);
        database.execute("drop owned by " + role);
        database.execute("drop role " + role);
        database.execute("insert into " + schema + ".customers (name) values ('newer')");
        Object before = data.sums(schema);

        String job = restore(operator, backup, project, project)
                .expect(202)
                .json()
                .path("id")
                .asText();
        assertThat(data.awaitJob(job, "failed").path("last_error").asText()).contains(role);
        assertThat(data.sums(schema)).isEqualTo(before);
        assertThat(actions(project)).doesNotContain("backup.restored");
    }

    @Test
    void whatLiesOutsideAndHangsOnTheSchemaIsNotLost() {
        String project = data.project();
        String schema = TenantData.newSchema();
        data.assign(project, schema);
        data.fill(schema);
        JsonNode backup = data.backUp(project);
        database.execute("create view outside_" + schema + " as select * from " + schema + ".customers");
        String job = restore(operator, backup, project, project)
                .expect(202)
                .json()
                .path("id")
                .asText();
        assertThat(data.awaitJob(job, "failed").path("last_error").asText()).contains("outside_" + schema);
        assertThat(database.count("select count(*) from outside_" + schema)).isEqualTo(1002);
        database.execute("drop view outside_" + schema);
    }

    @Test
    void anEmptyDumpFailsTheJobAndLeavesNothing() {
        String project = data.project();
        data.assign(project, TenantData.newSchema());
        String job = operator.post("/v1/projects/" + project + "/backups", null)
                .expect(202)
                .json()
                .path("id")
                .asText();
        assertThat(data.awaitJob(job, "failed").path("last_error").asText()).contains("holds no table");
        JsonNode backup = data.backupOf(job, project);
        assertThat(backup.path("state").asText()).isEqualTo("failed");
        assertThat(backup.path("error").asText()).contains("holds no table");
        Api owner = Tenants.holder("owner", project);
        assertThat(owner.get("/v1/jobs/" + job)
                        .expect(200)
                        .json()
                        .path("last_error")
                        .asText())
                .as("it was written for callers")
                .contains("holds no table");
        String shown = owner.get("/v1/backups/" + backup.path("id").asText()).body();
        assertThat(shown).contains("An unexpected error; operators can read");
        assertThat(TenantData.files(FOLDER.resolve(project))).isEmpty();
        List<JsonNode> told = new PublishedEvents(database).of(project, "backup.failed");
        assertThat(told).hasSize(1);
        assertThat(told.get(0).path("backup_id")).isEqualTo(backup.path("id"));
        assertThat(operator.get("/v1/backups/" + backup.path("id").asText() + "/content")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void parallelExportsOfOneProjectAreBothIntact() throws Exception {
        String project = data.project();
        String schema = TenantData.newSchema();
        data.assign(project, schema);
        data.fill(schema);
        String payload = "{\"project_id\": \"" + project + "\"}";
        List<String> jobs = List.of(data.insert("export_backup", payload), data.insert("export_backup", payload));
        for (String job : jobs) {
            data.awaitJob(job, "completed");
            JsonNode backup = data.backupOf(job, project);
            Path file = data.file(FOLDER, backup);
            assertThat(Archives.sha256(Files.readAllBytes(file)))
                    .isEqualTo(backup.path("sha256").asText());
            assertThat(Archives.text(file, "tenant/schema.sql")).contains("database dump complete");
        }
        assertThat(TenantData.files(FOLDER.resolve(project))).hasSize(2);
    }

    private static Answer restore(Api api, JsonNode backup, String confirm, String project) {
        String target = project == null ? "" : ", \"project_id\": \"" + project + "\"";
        return api.post(
                "/v1/backups/" + backup.path("id").asText() + "/restore",
                "{\"confirm\": \"" + confirm + "\"" + target + "}");
    }

    private void quota(String project, int cap) {
        operator.put(
                        "/v1/projects/" + project + "/quotas/requests",
                        "{\"limit\": %d, \"hard_cap\": %d, \"period\": \"month\"}".formatted(cap, cap))
                .expect(200);
    }

    private long hardCap(String project) {
        return operator.get("/v1/projects/" + project + "/quotas/requests?period=month")
                .expect(200)
                .json()
                .path("hard_cap")
                .asLong();
    }

    private String status(String project) {
        return operator.get("/v1/projects/" + project).json().path("status").asText();
    }

    private List<Object> actions(String project) {
        return database.query("select action from audit_entries where project_id = ? order by id", project).stream()
                .map(row -> row.get("action"))
                .toList();
    }
}
