package io.sluice.abuse;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testkit.TableHash;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** Arranges projects and what they do in the database of a node, and has them looked at there. */
final class Suspects {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final String QUARTER = "sluice_abuse_quarter(sluice_now())";

    private final TestDatabase database;
    private final List<String> made = new ArrayList<>();

    Suspects(TestDatabase database) {
        this.database = database;
    }

    /** An active project in production whose usual busiest hour is so many requests, since a month; 0: it has none. */
    String project(long usual) {
        return project("active", "prod", usual);
    }

    String project(String status, String environment, long usual) {
        if (made.isEmpty()) {
            awaitRoomInWindow();
        }
        String id = "suspect-" + UUID.randomUUID();
        database.execute(
                "insert into projects (id, name, status, environment) values (?, 'A project', ?, ?)",
                id,
                status,
                environment);
        if (usual > 0) {
            usually(id, "requests", usual);
        }
        made.add(id);
        return id;
    }

    private void usually(String project, String metric, long usual) {
        database.execute("""
                insert into abuse_baselines (project_id, metric, peak, peak_at, first_at, learned_until)
                values (?, ?, ?, sluice_now() - interval '2 hours', sluice_now() - interval '30 days',
                    date_trunc('hour', sluice_abuse_quarter(sluice_now()), 'UTC') - interval '2 hours')
                """, project, metric, usual);
    }

    /** A window is found once, and the next one again: what a test looks at more than once belongs in one of them. */
    private void awaitRoomInWindow() {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> database.<Boolean>value("select sluice_now() < " + QUARTER + " + interval '14 minutes'"));
    }

    /** A project with a usual hour of 6,000 that did twenty times as much in each of the last two hours. */
    String spiking() {
        return spiking("active", "prod");
    }

    String spiking(String status, String environment) {
        String id = project(status, environment, 6_000);
        hours(id, "requests", 120_000, 120_000);
        return id;
    }

    /** Has another metric of a project spike too. */
    void spike(String project, String metric) {
        usually(project, metric, 6_000);
        hours(project, metric, 120_000, 120_000);
    }

    /** What was used in the last hour and in the one before, such that a quarter of an hour more changes nothing. */
    void hours(String project, String metric, long last, long before) {
        bucket(project, metric, 30, last);
        bucket(project, metric, 90, before);
    }

    /** So much in each quarter of an hour, the present one included. */
    void quarters(String project, String metric, long each, int quarters) {
        for (int i = 0; i <= quarters; i++) {
            bucket(project, metric, 15 * i, each);
        }
    }

    private void bucket(String project, String metric, int minutesAgo, long quantity) {
        database.execute(
                "insert into usage_buckets (project_id, metric, bucket_start, quantity, last_at) values (?, ?, "
                        + QUARTER + " - make_interval(mins => ?), ?, sluice_now())",
                project,
                metric,
                minutesAgo,
                quantity);
    }

    /** Gives the project a mode of its own for every rule. */
    void mode(String project, String mode) {
        database.execute(
                "insert into abuse_project_rules (project_id, rule, mode) select ?, name, ? from abuse_rules"
                        + " on conflict (project_id, rule) do update set mode = excluded.mode",
                project,
                mode);
    }

    void enforce(String... projects) {
        for (String project : projects) {
            mode(project, "enforce");
        }
    }

    /** Runs a detection of these projects to its end and returns its result. */
    JsonNode detect(String... projects) {
        return result(start("detect_abuse", "{\"project_ids\": " + json(List.of(projects)) + "}"));
    }

    /** Has one project decided on, as a signal would, and returns the result of the job. */
    JsonNode decide(String project, String pattern) {
        return decide(project, pattern, "");
    }

    JsonNode decide(String project, String pattern, String more) {
        return result(start(
                "auto_suspend",
                "{\"project_id\": \"" + project + "\", \"pattern_type\": \"" + pattern + "\"" + more + "}"));
    }

    /** Inserts the job as a person would, wakes the workers, and returns at once. */
    UUID start(String type, String payload) {
        UUID job = database.value(
                "insert into jobs (type, payload) values (?, cast(? as jsonb)) returning id", type, payload);
        database.query("select pg_notify('sluice_jobs', '')");
        return job;
    }

    /** Waits for the end of a job that must complete. */
    JsonNode result(UUID job) {
        Map<String, Object> end = end(job);
        if (!end.get("status").equals("completed")) {
            throw new AssertionError("The job did not complete: " + end);
        }
        return read(String.valueOf(end.get("result")));
    }

    /** Waits for the end of a job, whatever it is. */
    Map<String, Object> end(UUID job) {
        await().atMost(LONGEST)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> database.count(
                                "select count(*) from jobs where id = ? and status in ('completed', 'failed', 'cancelled')",
                                job)
                        == 1);
        return database.query("select status, result::text as result, last_error, attempts from jobs where id = ?", job)
                .get(0);
    }

    /** Waits until every job about the project has ended. */
    void awaitQuiet(String project) {
        await().atMost(LONGEST)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> database.count(
                                "select count(*) from jobs where project_id = ? and type = 'auto_suspend'"
                                        + " and status in ('pending', 'running')",
                                project)
                        == 0);
    }

    String status(String project) {
        return database.value("select status from projects where id = ?", project);
    }

    long suspensions(String project) {
        return database.count("select count(*) from suspensions where project_id = ? and cause = 'abuse'", project);
    }

    long audited(String action, String project) {
        return database.count(
                "select count(*) from audit_entries where action = ? and project_id = ?", action, project);
    }

    /** Rule, outcome and reason of every detection of the project, oldest first. */
    List<String> detections(String project) {
        return database
                .query(
                        "select rule || ' ' || outcome || coalesce(' ' || withheld, '') as found from abuse_detections"
                                + " where project_id = ? order by id",
                        project)
                .stream()
                .map(row -> String.valueOf(row.get("found")))
                .toList();
    }

    /** A hash of what each table holds about the projects, but for the jobs that look at them. */
    Map<String, String> rows(String... projects) {
        Map<String, String> rows = TableHash.of(database, projects);
        rows.keySet().removeIf(table -> table.startsWith("job"));
        return rows;
    }

    UUID detection(String project) {
        return database.value("select id from abuse_detections where project_id = ? order by id desc limit 1", project);
    }

    /** Makes the suspensions of this test's projects old, so that they leave room within the hour for other tests. */
    void forget() {
        for (String project : made) {
            database.execute(
                    "update suspensions set suspended_at = suspended_at - interval '2 hours' where project_id = ?",
                    project);
        }
        made.clear();
    }

    static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    static String json(List<String> texts) {
        return texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(",", "[", "]"));
    }
}
