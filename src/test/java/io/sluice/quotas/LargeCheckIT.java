package io.sluice.quotas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A check of 100,000 projects with five limits each: how many statements PostgreSQL logs for it, and that a node which is
 * killed in the middle leaves only the rest to the next one.
 */
class LargeCheckIT {
    private static final int PROJECTS = 100_000;
    private static final int PAGES = PROJECTS / 10_000;
    private static final int SUSPENDED = PROJECTS / 100;
    private static final int WARNED = PROJECTS / 10;
    private static final int STATEMENTS_OF_A_RUN = 20;
    private static final int STATEMENTS_OF_A_PAGE = 12;

    /** What only a check does: the statements of the queue, the heartbeat and the probes name none of these. */
    private static final Pattern OF_A_CHECK = Pattern.compile(
            "sluice_quota_states|from projects|suspensions|into warnings|job_actions|job_check_runs|from plans|audit_entries");

    @Test
    void takesAFewStatementsForEachPageAndGoesOnWhereAKilledNodeStopped() throws SQLException {
        try (PostgresServer postgres = PostgresServer.startEmpty(
                "fsync=off",
                "logging_collector=on",
                "log_statement=all",
                "log_line_prefix=@sluice@",
                "log_parameter_max_length=0")) {
            TestDatabase database = postgres.createDatabase();
            Limits limits = new Limits(database);
            UUID job;
            try (SluiceServer first = node(database)) {
                seed(database);
                long beginning = logged(database);
                JsonNode report = limits.checkWith("{\"check_all\": true, \"enforce_limits\": false}");
                assertThat(report.path("projects_checked").asInt()).isEqualTo(PROJECTS);
                assertThat(report.path("actions_total").asInt()).isEqualTo(SUSPENDED + WARNED);
                assertThat(statementsSince(beginning, database))
                        .isBetween(PAGES, STATEMENTS_OF_A_RUN + STATEMENTS_OF_A_PAGE * PAGES);
                job = killInTheFourthPage(first, database, limits);
            }
            assertThat(database.count("select projects_checked from job_check_runs where job_id = ?", job))
                    .isEqualTo(30_000);
            long beginning = logged(database);
            try (SluiceServer second = node(database)) {
                JsonNode result = limits.result(job);
                assertThat(result.path("projects_checked").asInt()).isEqualTo(PROJECTS);
                assertThat(result.path("projects_suspended").asInt()).isEqualTo(SUSPENDED);
                assertThat(result.path("warnings_sent").asInt()).isEqualTo(WARNED);
                assertThat(result.path("details")).hasSize(100);
                assertThat(database.count("select count(*) from suspensions")).isEqualTo(SUSPENDED);
                assertThat(database.count("select count(*) from warnings")).isEqualTo(WARNED);
                assertThat(statementsSince(beginning, database))
                        .isBetween(PAGES - 3, STATEMENTS_OF_A_RUN + STATEMENTS_OF_A_PAGE * (PAGES - 3));
            }
        }
    }

    private static UUID killInTheFourthPage(SluiceServer node, TestDatabase database, Limits limits)
            throws SQLException {
        try (Connection barrier = database.connect();
                Statement statement = barrier.createStatement()) {
            barrier.setAutoCommit(false);
            statement.execute("select 1 from projects where id = 'p030100' for update");
            UUID job = limits.start("{\"check_all\": true}");
            limits.awaitBlocked("for no key update");
            node.kill();
            barrier.rollback();
            return job;
        }
    }

    private static SluiceServer node(TestDatabase database) {
        return SluiceServer.builder()
                .database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
    }

    /** Of a hundred projects one is at its cap and ten are at 85 % of their limit. */
    private static void seed(TestDatabase database) {
        database.execute("update schedules set enabled = false");
        database.execute(
                "insert into projects (id, name) select 'p' || lpad(n::text, 6, '0'), 'One of many' from generate_series(1, ?) n",
                PROJECTS);
        database.execute("""
                insert into usage_counters (project_id, metric, unit, period_start, quantity)
                select 'p' || lpad(n::text, 6, '0'), metric, 'month',
                    sluice_period_start('month', 1, 'UTC', sluice_now()),
                    case
                        when metric <> 'db_queries' then 10
                        when n % 100 = 0 then 2000000
                        when n % 10 = 5 then 850000
                        else n
                    end
                from generate_series(1, ?) n,
                    unnest(array['db_queries', 'function_invocations', 'realtime_connections']) metric
                """, PROJECTS);
        database.execute("""
                insert into usage_latest (project_id, metric, quantity, occurred_at)
                select 'p' || lpad(n::text, 6, '0'), metric, 10, sluice_now()
                from generate_series(1, ?) n, unnest(array['storage_mb', 'auth_users']) metric
                """, PROJECTS);
        database.execute("vacuum analyze");
    }

    /** How long PostgreSQL's log is. */
    private static long logged(TestDatabase database) {
        return database.count("select size from pg_stat_file(pg_current_logfile())");
    }

    /** How many statements of checks PostgreSQL has logged from this place on. */
    private static int statementsSince(long place, TestDatabase database) {
        String log = database.value("select pg_read_file(pg_current_logfile(), ?, 100000000)", place);
        return (int) Arrays.stream(log.split("(?m)^@sluice@"))
                .filter(entry -> OF_A_CHECK.matcher(entry).find())
                .count();
    }
}
