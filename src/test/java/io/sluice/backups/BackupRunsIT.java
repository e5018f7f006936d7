package io.sluice.backups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.PublishedEvents;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Long backups, and what may come between, on nodes with a heap of 256 MB. */
class BackupRunsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path FOLDER = TestFolder.of("backup-runs");
    private static final String ROLE = "sluice_dumper";
    private static final String PASSWORD = "Sentinel-Password-0451";
    private static final String LARGE = "tenant_large";
    private static final String SUMS =
            "select count(*) as n, sum(hashtextextended(t, 0)::numeric) as sum from tenant_large.big";

    private static TestDatabase database;
    private static SluiceServer node;
    private static String large;

    /** A backup of the large schema that an earlier test may have made. */
    private static JsonNode made;

    @BeforeAll
    static void start() {
        TenantData.needsPgDump();
        database = SharedServer.postgres().createDatabase();
        database.execute("do $$ begin create role " + ROLE + " superuser login password '" + PASSWORD
                + "'; exception when duplicate_object then null; end $$");
        node = startNode();
        // What the calendar does is asked for here when it is wanted.
        for (String schedule : List.of("backup-start", "backup-cleanup", "backup-expiry-notice")) {
            api().post("/v1/schedules/" + schedule + "/pause", null).expect(200);
        }
        large = data().project();
        data().assign(large, LARGE);
        database.execute("create unlogged table tenant_large.big (id int, t text)");
        // 210 MB of hexadecimal digits.
        database.execute("""
                insert into tenant_large.big
                select i, encode(sha512(int4send(i)), 'hex') || encode(sha512(int4send(-i)), 'hex')
                    || encode(sha512(int4send(i + 1000000)), 'hex') || encode(sha512(int4send(i + 2000000)), 'hex')
                from generate_series(1, 400000) i
                """);
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void twoHundredMegabytesGoThereAndBackAndNobodySeesAPassword() throws Exception {
        Object before = database.query(SUMS);
        String job = ask();
        ProcessHandle dump = DumpProcesses.await(LARGE);
        String environment = Files.readString(Path.of("/proc/" + dump.pid() + "/environ"), StandardCharsets.ISO_8859_1);
        // A process that is just becoming another program shows no command line for a moment.
        List<String> commands = await().until(
                        DumpProcesses::commandLines,
                        lines -> lines.stream().anyMatch(line -> line.contains("pg_dump") && line.contains(LARGE)));
        assertThat(String.join("\n", commands))
                .doesNotContain(PASSWORD, SluiceServer.MASTER_KEY, SharedServer.BOOTSTRAP_TOKEN);
        assertThat(environment).contains("PGPASSWORD=").doesNotContain("SLUICE_");
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> data().job(job).path("progress").path("percent").asInt() > 0);

        data().awaitJob(job, "completed");
        JsonNode backup = data().backupOf(job, large);
        made = backup;
        assertThat(backup.path("table_rows").asLong()).isEqualTo(400_000);
        Path file = data().file(FOLDER, backup);
        JsonNode manifest = Archives.manifest(file);
        assertThat(Archives.entry(manifest, "tenant/schema.sql").path("bytes").asLong())
                .isGreaterThan(200_000_000L);
        assertThat(manifest.toString()).doesNotContain(PASSWORD, SluiceServer.MASTER_KEY);

        database.execute("delete from tenant_large.big where id % 2 = 0");
        data().awaitJob(restore(backup), "completed");
        assertThat(database.query(SUMS)).isEqualTo(before);
        assertThat(node.output()).doesNotContain(PASSWORD, "OutOfMemory");
    }

    @Test
    void aPgDumpThatDiesFailsItsAttemptAndCancellingEndsThePgDumpAndLeavesNothing() {
        String job = ask();
        DumpProcesses.await(LARGE).destroyForcibly();
        await().atMost(PATIENCE)
                .until(
                        () -> data().job(job).at("/history/0/error").asText(),
                        error -> error.contains("ended with 137"));
        ProcessHandle dump = DumpProcesses.await(LARGE);
        List<String> files = TenantData.files(FOLDER.resolve(large));
        assertThat(files).anyMatch(name -> name.endsWith(".part"));
        api().post("/v1/jobs/" + job + "/cancel", null).expect(202);
        data().awaitJob(job, "cancelled");
        assertThat(dump.isAlive()).isFalse();
        JsonNode backup = data().backupOf(job, large);
        assertThat(backup.path("state").asText()).isEqualTo("failed");
        assertThat(TenantData.files(FOLDER.resolve(large)))
                .noneMatch(name -> name.contains(backup.path("id").asText()));
    }

    @Test
    void aKilledNodesBackupIsMadeByAnotherOneAndItsRestIsRemoved() throws Exception {
        String job = ask();
        DumpProcesses.await(LARGE);
        node.kill();
        node = startNode();
        JsonNode ended = data().awaitJob(job, "completed");
        assertThat(ended.path("history").size()).isGreaterThan(1);
        JsonNode backup = data().backupOf(job, large);
        made = backup;
        assertThat(TenantData.files(FOLDER.resolve(large)).stream()
                        .filter(name -> name.contains(backup.path("id").asText())))
                .containsExactly(data().file(FOLDER, backup).getFileName().toString());
        assertThat(new PublishedEvents(database).with("backup.completed", "job_id", job))
                .hasSize(1);
    }

    @Test
    void aRestoreThatLosesItsConnectionOrIsCancelledHasChangedNothing() {
        JsonNode backup = made == null ? data().backUp(large) : made;
        database.execute("update tenant_large.big set t = 'newer' where id = 1");
        Object before = database.query(SUMS);
        String lost = database.value(
                "insert into jobs (type, payload, max_attempts) values ('restore_backup', cast(? as jsonb), 1)"
                        + " returning cast(id as text)",
                "{\"backup_id\": \"" + backup.path("id").asText() + "\"}");
        awaitRows("pg_terminate_backend(pid)");
        data().awaitJob(lost, "failed");
        assertThat(database.query(SUMS)).isEqualTo(before);

        String cancelled = restore(backup);
        awaitRows("pid");
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> data().job(cancelled).at("/progress/percent").asInt() > 30);
        api().post("/v1/jobs/" + cancelled + "/cancel", null).expect(202);
        data().awaitJob(cancelled, "cancelled");
        assertThat(database.query(SUMS)).isEqualTo(before);
    }

    /** Waits until the rows of the large table come back, and does something to the session that writes them. */
    private static void awaitRows(String what) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !database.query("""
                        select %s
                        from pg_stat_activity
                        where datname = current_database() and query like 'COPY tenant_large.big%%FROM stdin'
                            and state = 'active'
                        """.formatted(what)).isEmpty());
    }

    @Test
    void aBackupIsToldOfOnceBeforeItExpiresAndRemovedWhenTheStoreLetsIt() throws IOException {
        String project = data().project();
        JsonNode backup = data().backUp(project);
        Path file = data().file(FOLDER, backup);
        String only = "\"project_id\": \"" + project + "\"";
        assertThat(run("notify_backup_expiration", only).path("notified").asInt())
                .isZero();
        database.shiftClock(Duration.ofDays(24));
        assertThat(run("notify_backup_expiration", only).path("notified").asInt())
                .isEqualTo(1);
        assertThat(run("notify_backup_expiration", only).path("notified").asInt())
                .isZero();
        List<JsonNode> told = new PublishedEvents(database).of(project, "backup.expiring");
        assertThat(told).hasSize(1);
        assertThat(told.get(0).path("backup_id")).isEqualTo(backup.path("id"));
        assertThat(run("cleanup_expired_backups", only).path("removed").asInt()).isZero();

        database.shiftClock(Duration.ofDays(7));
        assertThat(run("cleanup_expired_backups", only + ", \"dry_run\": true")
                        .path("skipped")
                        .asInt())
                .isEqualTo(1);
        assertThat(file).exists();
        byte[] archive = Files.readAllBytes(file);
        Files.delete(file);
        Files.createDirectories(file.resolve("in the way"));
        String refused = database.value(
                "insert into jobs (type, payload, max_attempts) values ('cleanup_expired_backups', cast(? as jsonb), 1)"
                        + " returning cast(id as text)",
                "{" + only + "}");
        assertThat(data().awaitJob(refused, "failed").path("last_error").asText())
                .contains("could not be removed");
        assertThat(shown(backup).path("state").asText()).isEqualTo("completed");
        assertThat(shown(backup).path("error").asText()).isNotEmpty();

        Files.delete(file.resolve("in the way"));
        Files.delete(file);
        Files.write(file, archive);
        assertThat(run("cleanup_expired_backups", only).path("removed").asInt()).isEqualTo(1);
        assertThat(run("cleanup_expired_backups", only).path("removed").asInt()).isZero();
        assertThat(file).doesNotExist();
        assertThat(shown(backup).path("state").asText()).isEqualTo("expired");
        assertThat(api().get("/v1/backups/" + backup.path("id").asText() + "/content")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void aProjectIsBackedUpByItselfAsItsScheduleSays() {
        String project = data().project();
        api().put("/v1/projects/" + project + "/backups/schedule", "{\"interval_hours\": 24, \"retention_days\": 3}")
                .expect(200);
        assertThat(run("start_scheduled_backups", "").path("due").asInt()).isZero();
        database.shiftClock(Duration.ofHours(73));
        assertThat(run("start_scheduled_backups", "").path("started").asInt()).isEqualTo(1);
        assertThat(run("start_scheduled_backups", "").path("due").asInt()).isZero();
        await().atMost(PATIENCE)
                .until(() -> database.count(
                                "select count(*) from backups where project_id = ? and state = 'completed'"
                                        + " and expires_at = completed_at + interval '3 days'",
                                project)
                        == 1);
        // As if the clock had been ahead meanwhile.
        database.execute(
                "update backup_schedules set next_at = next_at + interval '10 days' where project_id = ?", project);
        assertThat(run("start_scheduled_backups", "").path("started").asInt()).isEqualTo(1);
        assertThat(run("start_scheduled_backups", "").path("due").asInt()).isZero();
        assertThat(database.count(
                        "select count(*) from backup_schedules where project_id = ? and next_at > sluice_now()"
                                + " and next_at <= sluice_now() + interval '24 hours'",
                        project))
                .isEqualTo(1);
        api().delete("/v1/projects/" + project + "/backups/schedule").expect(204);
    }

    private static SluiceServer startNode() {
        SluiceServer started = SluiceServer.builder()
                .database(database.url(), ROLE, PASSWORD)
                .environment("SLUICE_TEST_CLOCK", "true")
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .environment("SLUICE_BACKUP_DIR", FOLDER.toString())
                .jvmOption("-Xmx256m")
                .start();
        return started.awaitReady(SharedServer.START_TIMEOUT);
    }

    private static Api api() {
        return new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    private static TenantData data() {
        return new TenantData(api(), database);
    }

    private static String ask() {
        return api().post("/v1/projects/" + large + "/backups", null)
                .expect(202)
                .json()
                .path("id")
                .asText();
    }

    private static String restore(JsonNode backup) {
        return api().post("/v1/backups/" + backup.path("id").asText() + "/restore", "{\"confirm\": \"" + large + "\"}")
                .expect(202)
                .json()
                .path("id")
                .asText();
    }

    private static JsonNode shown(JsonNode backup) {
        return api().get("/v1/backups/" + backup.path("id").asText())
                .expect(200)
                .json();
    }

    private static JsonNode run(String type, String members) {
        return data().awaitJob(data().insert(type, "{" + members + "}"), "completed")
                .path("result");
    }
}
