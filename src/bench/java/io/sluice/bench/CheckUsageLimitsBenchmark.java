package io.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long one {@code check_usage_limits} job takes over many projects, on the packaged WAR, with PostgreSQL on the same
 * machine and its durability settings untouched. Three kinds of run: nothing to do, ten percent of the projects newly
 * over a band, one percent newly over their cap. Prints one table.
 */
public final class CheckUsageLimitsBenchmark {
    private static final String TOKEN = "benchmark-operator-token-0123456789abcdef";
    private static final int REPETITIONS = 5;

    private CheckUsageLimitsBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int projects = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        try (PostgresServer postgres = PostgresServer.startEmpty("shared_buffers=1GB", "max_wal_size=4GB")) {
            TestDatabase database = postgres.createDatabase();
            try (SluiceServer node = SluiceServer.builder()
                    .database(database)
                    // The clock that tests can move reads a table for each row.
                    .environment("SLUICE_TEST_CLOCK", "false")
                    .environment("SLUICE_BOOTSTRAP_TOKEN", TOKEN)
                    .start()) {
                node.awaitReady(Duration.ofMinutes(3));
                Api api = new Api(node.baseUri(), TOKEN);
                seed(database, projects);
                report(projects, "nothing to do", repeat(api, () -> {}));
                report(projects, "10 % newly over 80 %", repeat(api, () -> use(database, 10, 81)));
                report(projects, "1 % newly over the cap", repeat(api, () -> use(database, 100, 200)));
            }
        }
    }

    private static void seed(TestDatabase database, int projects) {
        database.execute(
                """
                insert into projects (id, name, owner_email, environment, time_zone, status)
                select 'p' || n, 'Project ' || n, 'owner@example.org', 'prod', 'UTC', 'active'
                from generate_series(1, ?) n
                """,
                projects);
        database.execute(
                """
                insert into project_quotas (project_id, metric, unit, quota_limit, hard_cap)
                select 'p' || n, metric, 'month', 1000000, 2000000
                from generate_series(1, ?) n,
                    unnest(array['db_queries', 'function_invocations', 'storage_uploads', 'requests', 'errors']) metric
                """,
                projects);
        database.execute(
                """
                insert into usage_counters (project_id, metric, unit, period_start, quantity)
                select 'p' || n, metric, 'month', sluice_period_start('month', 1, 'UTC', sluice_now()), 1000 + n
                from generate_series(1, ?) n,
                    unnest(array['db_queries', 'function_invocations', 'storage_uploads', 'requests', 'errors']) metric
                """,
                projects);
        database.execute("vacuum analyze");
    }

    /** Puts every {@code stride}-th active project at {@code percent} of its limit of 1,000,000 and forgets old warnings. */
    private static void use(TestDatabase database, int stride, int percent) {
        database.execute("delete from warnings");
        database.execute("update suspensions set resolved_at = sluice_now(), resolved_by = 'benchmark', resolution = 'reset'"
                + " where resolved_at is null");
        database.execute("update projects set status = 'active' where status = 'suspended'");
        database.execute("update usage_counters set quantity = 1000");
        database.execute(
                "update usage_counters set quantity = ? where substr(project_id, 2)::int % ? = 0 and metric = 'requests'",
                percent * 10_000L,
                stride);
        database.execute("vacuum analyze");
    }

    private static List<JsonNode> repeat(Api api, Runnable prepare) throws InterruptedException {
        List<JsonNode> results = new ArrayList<>();
        for (int i = 0; i < REPETITIONS; i++) {
            prepare.run();
            String id = api.post("/v1/jobs", "{\"type\":\"check_usage_limits\",\"payload\":{\"check_all\":true}}")
                    .expect(202)
                    .json()
                    .path("id")
                    .asText();
            JsonNode job = api.get("/v1/jobs/" + id).expect(200).json();
            while (!job.path("status").asText().matches("completed|failed|cancelled")) {
                TimeUnit.MILLISECONDS.sleep(100);
                job = api.get("/v1/jobs/" + id).expect(200).json();
            }
            if (!job.path("status").asText().equals("completed")) {
                throw new IllegalStateException("The check did not complete: " + job);
            }
            results.add(job.path("result"));
        }
        return results;
    }

    private static void report(int projects, String kind, List<JsonNode> results) {
        List<Long> millis = results.stream()
                .map(result -> result.path("duration_ms").asLong())
                .sorted()
                .toList();
        JsonNode last = results.get(results.size() - 1);
        if (last.path("projects_checked").asInt() != projects) {
            throw new IllegalStateException("Not every project was checked: " + last);
        }
        System.out.printf(
                Locale.ROOT,
                "| %,d x 5 | %s | median %d ms | best %d ms | worst %d ms | warned %s | suspended %s |%n",
                projects,
                kind,
                millis.get(millis.size() / 2),
                millis.get(0),
                millis.get(millis.size() - 1),
                last.path("warnings_sent").asText(),
                last.path("projects_suspended").asText());
    }
}
