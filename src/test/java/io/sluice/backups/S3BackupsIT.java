package io.sluice.backups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.S3Server;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Archives in a real server of the S3 protocol, well and ill. */
class S3BackupsIT {
    private static final String SCHEMA = "tenant_s3";
    private static final String SUMS =
            "select count(*) as n, sum(hashtextextended(t, 0)::numeric) as sum from tenant_s3.t";

    private static S3Server s3;
    private static SluiceServer node;
    private static TestDatabase database;
    private static Api api;
    private static TenantData data;
    private static String project;

    @BeforeAll
    static void start() {
        TenantData.needsPgDump();
        s3 = S3Server.start();
        database = SharedServer.postgres().createDatabase();
        node = SluiceServer.builder()
                .database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .environment("SLUICE_BACKUP_STORE", "s3://" + S3Server.BUCKET + "/some/prefix")
                .environment("SLUICE_BACKUP_S3_ENDPOINT", s3.endpoint().toString())
                .environment("SLUICE_BACKUP_S3_ACCESS_KEY", S3Server.ACCESS_KEY)
                .environment("SLUICE_BACKUP_S3_SECRET_KEY", S3Server.SECRET_KEY)
                .jvmOption("-Xmx256m")
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
        api = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        data = new TenantData(api, database);
        project = data.project();
        data.assign(project, SCHEMA);
        database.execute("create unlogged table tenant_s3.t (id int, t text)");
        // 26 MB: two parts of an archive.
        database.execute("insert into tenant_s3.t select i, encode(sha512(int4send(i)), 'hex')"
                + " || encode(sha512(int4send(-i)), 'hex') from generate_series(1, 100000) i");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        if (s3 != null) {
            s3.close();
        }
    }

    @Test
    void anArchiveOfSeveralPartsGoesThereAndBackAndAway() {
        Object before = database.query(SUMS);
        JsonNode backup = data.backUp(project);
        String id = backup.path("id").asText();
        assertThat(backup.path("bytes").asLong()).isGreaterThan(10_000_000);
        assertThat(s3.objects())
                .anyMatch(name -> name.startsWith("some/prefix/" + project + "/" + id) && name.endsWith(".zip"));
        assertThat(s3.unfinishedUploads()).isZero();
        assertThat(api.get("/v1/backups/" + id + "/content").expect(200).header("Content-Length"))
                .isEqualTo(backup.path("bytes").asText());

        database.execute("delete from tenant_s3.t where id > 7");
        String restore = api.post("/v1/backups/" + id + "/restore", "{\"confirm\": \"" + project + "\"}")
                .expect(202)
                .json()
                .path("id")
                .asText();
        data.awaitJob(restore, "completed");
        assertThat(database.query(SUMS)).isEqualTo(before);

        api.delete("/v1/backups/" + id).expect(204);
        assertThat(s3.objects()).noneMatch(name -> name.contains(id));
        assertThat(node.output()).doesNotContain(S3Server.SECRET_KEY);
    }

    @Test
    void aServerThatDiesInTheMiddleFailsTheJobAndNoHalfObjectRemains() {
        s3.dieAfter(9_000_000);
        String job;
        try {
            job = data.insert("export_backup", "{\"project_id\": \"" + project + "\"}");
            assertThat(data.awaitJob(job, "failed").path("last_error").asText()).contains("The store could not");
        } finally {
            s3.recover();
        }
        String id = data.backupOf(job, project).path("id").asText();
        assertThat(data.backupOf(job, project).path("state").asText()).isEqualTo("failed");
        assertThat(s3.objects()).noneMatch(name -> name.contains(id));

        data.awaitJob(data.insert("cleanup_expired_backups", "{}"), "completed");
        assertThat(s3.unfinishedUploads()).as("uploads that nobody ends").isZero();
        assertThat(database.count("select count(*) from backup_objects where backup_id = cast(? as uuid)", id))
                .isZero();
    }

    @Test
    void aServerThatComesBackAndOneThatHandsOutSomethingElseGetTheBackupAtTheNextAttempt() {
        s3.dieAfter(0);
        String job = TestJobs.insert(database, "export_backup", "{\"project_id\": \"" + project + "\"}", 6)
                .toString();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> data.job(job).at("/history/0/error").isTextual());
        s3.spoilAfter(3_000_000);
        s3.recover();
        JsonNode history = data.awaitJob(job, "completed").path("history");
        assertThat(history.findValuesAsText("error")).anyMatch(error -> error.contains("The archive"));
        JsonNode backup = data.backupOf(job, project);
        assertThat(backup.path("state").asText()).isEqualTo("completed");
        String id = backup.path("id").asText();
        assertThat(s3.objects().stream().filter(name -> name.contains(id))).hasSize(1);
    }

    @Test
    void aBackupThatTheServerCannotHandOutIsUnavailableNotMissing() {
        JsonNode backup = data.backUp(project);
        s3.dieAfter(0);
        try {
            assertThat(api.get("/v1/backups/" + backup.path("id").asText() + "/content")
                            .expect(503)
                            .code())
                    .isEqualTo("SERVICE_UNAVAILABLE");
        } finally {
            s3.recover();
        }
    }

    @Test
    void noConnectionOfTheDatabaseWaitsWhileAServerIsSlowToHandOut() {
        String id = data.backUp(data.project()).path("id").asText();
        whileTheServerIsSlow(slow -> slow.get("/v1/backups/" + id + "/content")).expect(200);
        assertThat(database.count(
                        "select count(*) from audit_entries where action = 'backup.downloaded' and target_id = ?", id))
                .isEqualTo(1);
    }

    @Test
    void noConnectionOfTheDatabaseWaitsWhileAServerIsSlowToRemove() {
        String id = data.backUp(data.project()).path("id").asText();
        whileTheServerIsSlow(slow -> slow.delete("/v1/backups/" + id)).expect(204);
        assertThat(s3.objects()).noneMatch(name -> name.contains(id));
        assertThat(database.count("select count(*) from backup_objects where backup_id = cast(? as uuid)", id))
                .isZero();
    }

    /** Sees all connections free at some moment while the server has not answered the call. */
    private static Answer whileTheServerIsSlow(Function<Api, Answer> call) {
        s3.hold();
        try {
            CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() -> call.apply(api));
            await().until(s3::keepsSomebodyWaiting);
            await().until(() -> database.count("select count(*) from pg_stat_activity"
                            + " where datname = current_database() and state = 'idle in transaction'")
                    == 0);
            assertThat(s3.keepsSomebodyWaiting()).isTrue();
            s3.release();
            return answer.join();
        } finally {
            s3.release();
        }
    }
}
