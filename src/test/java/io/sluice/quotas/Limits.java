package io.sluice.quotas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testkit.TableHash;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** Arranges projects, quotas and usage in the database of a node, and runs checks there. */
final class Limits {
    static final String METRIC = "db_queries";

    private static final Duration LONGEST_CHECK = Duration.ofMinutes(2);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TestDatabase database;

    Limits(TestDatabase database) {
        this.database = database;
    }

    /** A new active project in production, without a plan. */
    String project() {
        return project("active", "prod");
    }

    String project(String status, String environment) {
        String id = "limits-" + UUID.randomUUID();
        database.execute(
                "insert into projects (id, name, status, environment) values (?, 'A project', ?, ?)",
                id,
                status,
                environment);
        return id;
    }

    /** A project with a monthly quota of its own for {@link #METRIC}, and usage of it. */
    String project(Long limit, Long hardCap, long used) {
        String id = project();
        quota(id, METRIC, "month", limit, hardCap);
        use(id, METRIC, "month", used);
        return id;
    }

    void quota(String project, String metric, String period, Long limit, Long hardCap) {
        database.execute(
                """
                insert into project_quotas (project_id, metric, unit, quota_limit, hard_cap)
                values (?, ?, ?, cast(? as bigint), cast(? as bigint))
                on conflict (project_id, metric, unit) do update
                set quota_limit = excluded.quota_limit, hard_cap = excluded.hard_cap
                """,
                project,
                metric,
                period,
                limit == null ? null : limit.toString(),
                hardCap == null ? null : hardCap.toString());
    }

    /** Sets what is used in the present period, in whichever way the metric is counted. */
    void use(String project, String metric, String period, long quantity) {
        database.execute("""
                insert into usage_counters (project_id, metric, unit, period_start, quantity)
                select id, ?, ?, sluice_period_start(?, anchor_day, time_zone, sluice_now()), ?
                from projects
                where id = ?
                on conflict (project_id, metric, unit, period_start) do update set quantity = excluded.quantity
                """, metric, period, period, quantity, project);
    }

    /** Runs a check of these projects to its end and returns its result. */
    JsonNode check(String... projects) {
        return result(start("{\"project_ids\": " + json(List.of(projects)) + "}"));
    }

    /** Runs a check to its end and returns its result. */
    JsonNode checkWith(String payload) {
        return result(start(payload));
    }

    /** Inserts the job as a person would, wakes the workers, and returns at once. */
    UUID start(String payload) {
        UUID job = database.value(
                "insert into jobs (type, payload) values ('check_usage_limits', cast(? as jsonb)) returning id",
                payload);
        database.query("select pg_notify('sluice_jobs', '')");
        return job;
    }

    /** Waits until a statement that contains {@code text} waits for a lock. */
    void awaitBlocked(String text) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> database.count("""
                                select count(*)
                                from pg_stat_activity
                                where datname = current_database() and wait_event_type = 'Lock'
                                    and position(? in query) > 0
                                """, text) > 0);
    }

    /**
     * Waits until the project's usage was acted on, and makes sure that each act came within the five seconds that it may
     * take, by the database's clock: from the request for the check, which commits with the usage, to the act.
     */
    void awaitActedOn(String project, Callable<Boolean> condition) {
        await().atMost(LONGEST_CHECK).pollInterval(Duration.ofMillis(50)).until(condition);
        assertThat(database.query("""
                        select acted.at - jobs.created_at as took
                        from (
                            select job_id, sent_at as at from warnings where project_id = ?
                            union all
                            select job_id, suspended_at from suspensions where project_id = ?) acted
                            join jobs on jobs.id = acted.job_id
                        where acted.at > jobs.created_at + interval '5 seconds'
                        """, project, project)).as("what took longer").isEmpty();
    }

    /** How many checks were asked for this project alone. */
    long checksOf(String project) {
        return database.count(
                "select count(*) from jobs where type = 'check_usage_limits' and project_id = ?", project);
    }

    /** Waits for the end of a check that must complete. */
    JsonNode result(UUID job) {
        Map<String, Object> row = end(job);
        if (!row.get("status").equals("completed")) {
            throw new AssertionError("The check did not complete: " + row);
        }
        return read(String.valueOf(row.get("result")));
    }

    /** Waits for the end of a job, whatever it is. */
    Map<String, Object> end(UUID job) {
        await().atMost(LONGEST_CHECK)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> database.count(
                                "select count(*) from jobs where id = ? and status in ('completed', 'failed', 'cancelled')",
                                job)
                        == 1);
        return database.query("select status, result, last_error, attempts from jobs where id = ?", job)
                .get(0);
    }

    String status(String project) {
        return database.value("select status from projects where id = ?", project);
    }

    /** The thresholds of all warnings of the project, in the order they were given. */
    List<Integer> warnings(String project) {
        return database.query("select threshold from warnings where project_id = ? order by id", project).stream()
                .map(row -> (Integer) row.get("threshold"))
                .toList();
    }

    long suspensions(String project) {
        return database.count("select count(*) from suspensions where project_id = ?", project);
    }

    long audited(String action, String project) {
        return database.count("select count(*) from audit_entries where action = ? and target_id = ?", action, project);
    }

    /** A hash of what each table holds about the projects, but for the jobs that look at them. */
    Map<String, String> rows(String... projects) {
        Map<String, String> rows = TableHash.of(database, projects);
        rows.keySet().removeIf(table -> table.startsWith("job"));
        return rows;
    }

    static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    static String json(List<String> texts) {
        return texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(",", "[", "]"));
    }
}
