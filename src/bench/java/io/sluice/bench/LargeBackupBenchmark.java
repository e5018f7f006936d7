package io.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * A backup and a restore of a tenant's schema of 2 GB (or so many MB as the first argument says), on the packaged WAR
 * with a heap of 256 MB. Compares rows and sums before and after, and prints one table.
 */
public final class LargeBackupBenchmark {
    private static final String TOKEN = "benchmark-operator-token-0123456789abcdef";
    private static final int BYTES_OF_A_ROW = 520;
    private static final String SUMS =
            "select count(*) as n, sum(hashtextextended(t, 0)::numeric) as sum from tenant_large.big";

    private LargeBackupBenchmark() {}

    public static void main(String[] arguments) {
        long megabytes = arguments.length > 0 ? Long.parseLong(arguments[0]) : 2048;
        try (PostgresServer postgres = PostgresServer.startEmpty("max_wal_size=8GB")) {
            TestDatabase database = postgres.createDatabase();
            try (SluiceServer node = SluiceServer.builder()
                    .database(database)
                    // The clock that tests can move reads a table for each row.
                    .environment("SLUICE_TEST_CLOCK", "false")
                    .environment("SLUICE_BOOTSTRAP_TOKEN", TOKEN)
                    .environment(
                            "SLUICE_BACKUP_DIR",
                            Path.of("target/large-backup").toAbsolutePath().toString())
                    .jvmOption("-Xmx256m")
                    .start()) {
                node.awaitReady(Duration.ofMinutes(3));
                run(new Api(node.baseUri(), TOKEN), database, megabytes * 1024 * 1024 / BYTES_OF_A_ROW);
            }
        }
    }

    private static void run(Api api, TestDatabase database, long rows) {
        TenantData data = new TenantData(api, database);
        String project = data.project();
        data.assign(project, "tenant_large");
        database.execute("create unlogged table tenant_large.big (id int, t text)");
        database.execute("""
                insert into tenant_large.big
                select i, encode(sha512(int4send(i)), 'hex') || encode(sha512(int4send(-i)), 'hex')
                    || encode(sha512(int4send(i + 100000000)), 'hex') || encode(sha512(int4send(i + 200000000)), 'hex')
                from generate_series(1, cast(? as integer)) i
                """, (int) rows);
        Map<String, Object> before = database.query(SUMS).get(0);

        JsonNode backup = data.backUp(project, Duration.ofMinutes(30));
        JsonNode made = data.job(backup.path("job_id").asText());
        database.execute("truncate tenant_large.big");
        JsonNode job = api.post(
                        "/v1/backups/" + backup.path("id").asText() + "/restore", "{\"confirm\": \"" + project + "\"}")
                .expect(202)
                .json();
        JsonNode restored = data.awaitJob(job.path("id").asText(), "completed", Duration.ofMinutes(30));
        if (!database.query(SUMS).get(0).equals(before)) {
            throw new AssertionError("What came back is not what went out.");
        }
        System.out.printf(Locale.ROOT, "%-10s %12s %15s%n", "", "rows", "seconds");
        System.out.printf(Locale.ROOT, "%-10s %12d %15.1f%n", "backup", rows, seconds(made));
        System.out.printf(Locale.ROOT, "%-10s %12d %15.1f%n", "restore", rows, seconds(restored));
        System.out.printf(
                Locale.ROOT, "archive: %.0f MB%n", backup.path("bytes").asLong() / 1048576.0);
    }

    private static double seconds(JsonNode job) {
        return Duration.between(
                                Instant.parse(job.path("started_at").asText()),
                                Instant.parse(job.path("completed_at").asText()))
                        .toMillis()
                / 1000.0;
    }
}
