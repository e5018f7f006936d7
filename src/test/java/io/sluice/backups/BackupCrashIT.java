package io.sluice.backups;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.DyingSteps;
import io.sluice.testkit.DyingSteps.Step;
import io.sluice.testkit.PublishedEvents;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestFolder;
import io.sluice.testkit.TestJobs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each job about backups dies at each of its steps in turn, one attempt after the other. After every death everything is
 * as it was, and the attempt that is left alone does all of it, once.
 */
@ExtendWith(QuietCalendar.class)
class BackupCrashIT {
    private static final Path FOLDER = TestFolder.of("backups");
    private static final String OF_BACKUP = "(select b.project_id from backups b where b.id = %s.backup_id)";

    private final TestDatabase database = SharedServer.database();
    private final TenantData data = new TenantData(SharedServer.operator(), database);
    private String project;
    private String schema;

    @BeforeAll
    static void needsPgDump() {
        TenantData.needsPgDump();
    }

    @BeforeEach
    void fill() {
        project = data.project();
        schema = TenantData.newSchema();
        data.assign(project, schema);
        data.fill(schema);
    }

    @Test
    void aBackupIsMadeOnce() {
        DyingSteps job = DyingSteps.of(database, "export_backup", payload(), project);
        String end = job.inTurn(
                () -> {
                    assertThat(database.count(
                                    "select count(*) from backups where project_id = ?" + " and state = 'completed'",
                                    project))
                            .isZero();
                    assertThat(audited("backup.completed")).isZero();
                    // At most what an attempt wrote that died after its work was done; the next one removes it.
                    assertThat(TenantData.files(FOLDER.resolve(project))).hasSizeLessThan(2);
                },
                new Step("backups", "insert", "new.project_id"),
                new Step("backup_objects", "insert", OF_BACKUP.formatted("new")),
                new Step("backups", "update", "case when new.state = 'completed' then new.project_id end"),
                new Step("audit_entries", "insert", "new.project_id"),
                new Step("events", "insert", "new.project_id"),
                itsOwnEnd());
        assertThat(end).isEqualTo("completed");
        JsonNode backup = data.backupOf(job.job().toString(), project);
        assertThat(backup.path("state").asText()).isEqualTo("completed");
        assertThat(TenantData.files(FOLDER.resolve(project)))
                .containsExactly(data.file(FOLDER, backup).getFileName().toString());
        assertThat(audited("backup.completed")).isEqualTo(1);
        assertThat(told("backup.completed")).isEqualTo(1);
        assertThat(told("backup.failed")).isZero();
    }

    @Test
    void whatTheStoreDoesNotRemoveIsLeftToTheCleanUpAndKeepsNoAttemptFromSucceeding() throws IOException {
        DyingSteps job = DyingSteps.of(database, "export_backup", payload(), project);
        assertThat(job.inTurn(this::putSomethingInTheWay, itsOwnEnd())).isEqualTo("completed");
        JsonNode backup = data.backupOf(job.job().toString(), project);
        Path kept = data.file(FOLDER, backup);
        String left = "select count(*) from backup_objects o join backups b on b.id = o.backup_id"
                + " where b.project_id = ? and o.name <> b.object";
        assertThat(database.count(left, project)).isEqualTo(1);

        Path inTheWay = onlyOther(kept);
        Files.delete(inTheWay.resolve("in the way"));
        data.awaitJob(data.insert("cleanup_expired_backups", payload()), "completed");
        assertThat(database.count(left, project)).isZero();
        assertThat(inTheWay).doesNotExist();
        assertThat(kept).exists();
    }

    @Test
    void whatTheStoreRefusesGoesBehindYoungerArchivesAndIsTriedAgain() throws IOException {
        JsonNode older = data.backUp(project);
        putSomethingInTheWay();
        JsonNode younger = data.backUp(project);
        expiresIn("- interval '1 day'");
        assertThat(cleanUpOne("failed").path("last_error").asText()).contains("1 archives could not be removed");
        assertThat(List.of(state(older), state(younger))).containsOnly("completed");

        assertThat(cleanUpOne("failed").path("last_error").asText())
                .contains("1 archives could not be removed, 1 were");
        assertThat(state(younger)).isEqualTo("expired");
        assertThat(state(older)).isEqualTo("completed");

        Files.delete(data.file(FOLDER, older).resolve("in the way"));
        assertThat(cleanUpOne("completed").at("/result/removed").asInt()).isEqualTo(1);
        assertThat(state(older)).isEqualTo("expired");
        assertThat(TenantData.files(FOLDER.resolve(project))).isEmpty();
    }

    /** A run of one attempt that looks at one archive after the other. */
    private JsonNode cleanUpOne(String end) {
        String payload = "{\"project_id\": \"" + project + "\", \"batch_size\": 1}";
        return data.awaitJob(
                TestJobs.insert(database, "cleanup_expired_backups", payload, 1).toString(), end);
    }

    /** A folder that is not empty cannot be removed as a file is. */
    private void putSomethingInTheWay() {
        Path file = FOLDER.resolve(project)
                .resolve(TenantData.files(FOLDER.resolve(project)).get(0));
        try {
            Files.delete(file);
            Files.createDirectories(file.resolve("in the way"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path onlyOther(Path kept) throws IOException {
        try (Stream<Path> all = Files.list(FOLDER.resolve(project))) {
            return all.filter(file -> !file.equals(kept)).findFirst().orElseThrow();
        }
    }

    @Test
    void aRestoreIsDoneOnceOrNotAtAll() {
        Object wanted = data.sums(schema);
        JsonNode backup = data.backUp(project);
        database.execute("truncate " + schema + ".customers, " + schema + ".\"Odd: \"\"name\"\"\"");
        Object before = data.sums(schema);
        String payload = "{\"backup_id\": \"" + backup.path("id").asText() + "\"}";
        String end = DyingSteps.of(database, "restore_backup", payload, project)
                .inTurn(
                        () -> {
                            assertThat(data.sums(schema)).isEqualTo(before);
                            assertThat(audited("backup.restored")).isZero();
                        },
                        new Step("backups", "update", "new.project_id"),
                        new Step("audit_entries", "insert", "new.project_id"),
                        new Step(
                                "jobs",
                                "update",
                                "case when new.status = 'completed' then (select b.project_id from backups b"
                                        + " where b.id::text = new.payload ->> 'backup_id') end"));
        assertThat(end).isEqualTo("completed");
        assertThat(data.sums(schema)).isEqualTo(wanted);
        assertThat(audited("backup.restored")).isEqualTo(1);
    }

    @Test
    void anExpiredBackupIsRemovedOnce() {
        JsonNode backup = data.backUp(project);
        expiresIn("- interval '1 day'");
        String end = DyingSteps.of(database, "cleanup_expired_backups", payload(), project)
                .inTurn(
                        () -> {
                            assertThat(state(backup)).isEqualTo("completed");
                            assertThat(audited("backup.expired")).isZero();
                        },
                        new Step("backup_objects", "delete", OF_BACKUP.formatted("old")),
                        new Step("backups", "update", "new.project_id"),
                        new Step("audit_entries", "insert", "new.project_id"));
        assertThat(end).isEqualTo("completed");
        assertThat(state(backup)).isEqualTo("expired");
        assertThat(TenantData.files(FOLDER.resolve(project))).isEmpty();
        assertThat(audited("backup.expired")).isEqualTo(1);
    }

    @Test
    void aBackupThatExpiresIsToldOfOnce() {
        data.backUp(project);
        expiresIn("+ interval '6 days'");
        String end = DyingSteps.of(database, "notify_backup_expiration", payload(), project)
                .inTurn(
                        () -> assertThat(told("backup.expiring")).isZero(),
                        new Step("backups", "update", "new.project_id"),
                        new Step("audit_entries", "insert", "new.project_id"),
                        new Step("events", "insert", "new.project_id"),
                        itsOwnEnd());
        assertThat(end).isEqualTo("completed");
        assertThat(told("backup.expiring")).isEqualTo(1);
        assertThat(audited("backup.expiry_notified")).isEqualTo(1);
    }

    @Test
    void aScheduledBackupIsStartedOnce() {
        SharedServer.operator()
                .put("/v1/projects/" + project + "/backups/schedule", "{\"interval_hours\": 24}")
                .expect(200);
        database.execute(
                "update backup_schedules set next_at = sluice_now() - interval '1 hour' where project_id = ?", project);
        long asked = audited("backup.requested");
        String end = DyingSteps.of(database, "start_scheduled_backups", "{}", project)
                .inTurn(
                        () -> assertThat(database.count("select count(*) from backups where project_id = ?", project))
                                .isZero(),
                        new Step("backup_schedules", "update", "new.project_id"),
                        new Step("jobs", "insert", "case when new.type = 'export_backup' then new.project_id end"),
                        new Step("backups", "insert", "new.project_id"),
                        new Step("audit_entries", "insert", "new.project_id"));
        assertThat(end).isEqualTo("completed");
        assertThat(database.count("select count(*) from backups where project_id = ?", project))
                .isEqualTo(1);
        assertThat(audited("backup.requested")).isEqualTo(asked + 1);
    }

    private static Step itsOwnEnd() {
        return new Step("jobs", "update", "case when new.status = 'completed' then new.payload ->> 'project_id' end");
    }

    private void expiresIn(String sql) {
        database.execute("update backups set expires_at = sluice_now() " + sql + " where project_id = ?", project);
    }

    private String payload() {
        return "{\"project_id\": \"" + project + "\"}";
    }

    private String state(JsonNode backup) {
        return database.value(
                "select state from backups where id = ?",
                UUID.fromString(backup.path("id").asText()));
    }

    private long audited(String action) {
        return database.count(
                "select count(*) from audit_entries where project_id = ? and action = ?", project, action);
    }

    private int told(String type) {
        List<JsonNode> told = new PublishedEvents(database).of(project, type);
        return told.size();
    }
}
