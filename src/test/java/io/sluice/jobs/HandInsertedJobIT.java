package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.job;
import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.status;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HandInsertedJobIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @Test
    void aRowOfTypeAndPayloadRunsWithinThePollInterval() {
        UUID id = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1}");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, id).equals("completed"));
        assertThat(DATABASE.count(
                        "select count(*) from jobs where id = ? and started_at - created_at < interval '7 s'", id))
                .as("claimed within the poll interval of 5 s and a little")
                .isOne();
        assertThat(job(DATABASE, id)).containsEntry("attempts", 1);
        assertThat(String.valueOf(job(DATABASE, id).get("result"))).contains("slept_ms");
        assertThat(ledger(DATABASE, id)).extracting("event").containsExactly("start", "end");
        assertThat(TestJobs.outcomes(DATABASE, id)).containsExactly("completed");
    }

    @Test
    void aRowRunsWithinThePollIntervalWhileThereIsNewsOfOtherTypesAllTheTime() {
        UUID id = insert(DATABASE, "test_result", "{\"storable\": true}");
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    DATABASE.query("select pg_notify('sluice_jobs', 'test_sleep')::text");
                    return !status(DATABASE, id).equals("pending");
                });
        assertThat(DATABASE.count(
                        "select count(*) from jobs where id = ? and started_at - created_at < interval '8 s'", id))
                .as("claimed within the poll interval of 5 s and a little")
                .isOne();
    }

    @Test
    void garbageFailsOnlyItsOwnJob() {
        List<UUID> bad = List.of(
                insert(DATABASE, "test_sleep", "{\"sleep_ms\": \"5\"}"),
                insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1.5}"),
                insert(DATABASE, "test_sleep", "{\"sleep_ms\": -1}"),
                insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1, \"extra\": true}"),
                insert(DATABASE, "test_sleep", "[1, 2]"),
                insert(DATABASE, "test_sleep", "\"text\""),
                insert(DATABASE, "test_sleep", "null"),
                insert(DATABASE, "no_such_type", "{}"));
        UUID good = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1}");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> status(DATABASE, good).equals("completed"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(bad).allMatch(id -> status(DATABASE, id).equals("failed")));
        assertThat(bad).allSatisfy(id -> {
            assertThat((String) job(DATABASE, id).get("last_error")).isNotBlank();
            assertThat((int) job(DATABASE, id).get("attempts")).isLessThanOrEqualTo(1);
            assertThat(ledger(DATABASE, id)).isEmpty();
        });
    }

    private static final List<String> REFUSED = List.of(
            "payload = repeat('[', 5000)::text::jsonb",
            "payload = jsonb_build_object('sleep_ms', repeat('x', 50000000))",
            "payload = null",
            "attempts = 1000",
            "attempts = 2147483647",
            "attempts = -1",
            "attempts = 5, max_attempts = 3",
            "attempts = 1000, max_attempts = 1000",
            "rescues = 2147483647",
            "max_attempts = 0",
            "priority = -1",
            "priority = 2147483647",
            "scheduled_at = 'infinity'",
            "scheduled_at = '-infinity'",
            "progress_percent = 32767",
            "concurrency_key = 'k', concurrency_limit = null",
            "status = 'running'",
            "status = 'running', node_id = gen_random_uuid(), fencing_token = -1, started_at = 'infinity',"
                    + " deadline_at = '-infinity', rescues = 2147483647, attempts = 2147483647",
            "status = 'completed'",
            "status = 'nonsense'",
            "type = 'no such type'");

    /** What the table takes, and how the job may end. */
    private static final Map<String, Set<String>> TAKEN = Map.ofEntries(
            entry("payload = (repeat('[', 5000) || repeat(']', 5000))::jsonb", Set.of("failed")),
            entry("payload = (repeat('{\"a\":', 5000) || '1' || repeat('}', 5000))::jsonb", Set.of("failed")),
            entry("payload = '{\"sleep_ms\": 1e100000}'", Set.of("failed")),
            entry("payload = jsonb_build_object('sleep_ms', repeat('9', 900000))", Set.of("failed")),
            entry("scheduled_at = '4714-11-24 00:00 BC'", Set.of("completed")),
            entry("scheduled_at = '294276-12-31 00:00'", Set.of("pending")),
            entry("created_at = '294276-12-31 00:00'", Set.of("completed")),
            entry("started_at = 'infinity', fencing_token = 9223372036854775807", Set.of("completed")),
            entry("slot = 'infinity', schedule = repeat('s', 100000)", Set.of("completed")),
            // Its node hears of the cancellation once a second, and the job may be over by then.
            entry("cancel_requested_at = '-infinity', deadline_at = 'infinity'", Set.of("completed", "cancelled")),
            entry("progress_message = repeat('m', 10000000)", Set.of("completed")),
            entry("last_error = repeat('e', 10000000)", Set.of("completed")),
            entry("result = (repeat('[', 5000) || repeat(']', 5000))::jsonb", Set.of("completed")),
            entry("request_id = repeat(E'\\n', 100000)", Set.of("completed")),
            entry("project_id = E'\\u0001;drop'", Set.of("completed")),
            entry("concurrency_key = E'k\\n', concurrency_limit = 100000", Set.of("completed")),
            entry("blocked_by = 'nothing of the kind'", Set.of("completed")),
            entry(
                    "status = 'running', node_id = gen_random_uuid(), fencing_token = 7, started_at = '-infinity',"
                            + " deadline_at = 'infinity'",
                    Set.of("completed")));

    @Test
    void garbageInAnyColumnIsRefusedOrFailsOnlyItsOwnJob() {
        assertThat(REFUSED)
                .allSatisfy(columns -> assertThat(insertGarbage(columns)).isEmpty());
        Map<UUID, Set<String>> taken = new HashMap<>();
        TAKEN.forEach((columns, ends) -> taken.put(insertGarbage(columns).orElseThrow(), ends));
        UUID good = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1}");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> status(DATABASE, good).equals("completed"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(taken)
                        .allSatisfy((id, ends) -> assertThat(ends).contains(status(DATABASE, id))));
        assertThat(taken).allSatisfy((id, ends) -> {
            assertThat(job(DATABASE, id).get("last_error") == null).isEqualTo(!ends.contains("failed"));
            operator.get("/v1/jobs/" + id).expect(200);
        });
    }

    /**
     * What no job may be.
     *
     * @param columns one or several
     * @param values as many, in SQL
     * @param rule the name by which the table refuses it
     */
    private record Garbage(String columns, String values, String rule) {}

    private static final List<Garbage> GARBAGE = List.of(
            new Garbage("type", "'a b'", "jobs_type_check"),
            new Garbage("type", "E'a\\n'", "jobs_type_check"),
            new Garbage("type", "''", "jobs_type_check"),
            new Garbage("type", "repeat('a', 101)", "jobs_type_check"),
            new Garbage("payload", "jsonb_build_object('long', repeat('x', 1048576))", "jobs_payload_check"),
            new Garbage("priority", "1001", "jobs_priority_check"),
            new Garbage("scheduled_at", "'infinity'::timestamptz", "jobs_scheduled_at_check"),
            new Garbage("created_at", "'-infinity'::timestamptz", "jobs_created_at_check"),
            new Garbage("rescues", "-1", "jobs_rescues_check"),
            new Garbage("project_id", "repeat('x', 65)", "jobs_project_id_check"),
            new Garbage("unique_key", "''", "jobs_unique_key_check"),
            new Garbage("concurrency_key", "repeat('x', 201)", "jobs_concurrency_key_check"),
            new Garbage("concurrency_key", "'key'", "jobs_concurrency_key_has_limit"),
            new Garbage("concurrency_limit", "0", "jobs_concurrency_limit_check"),
            new Garbage("run_if", "'all_ended'", "jobs_dependencies_have_a_condition"),
            new Garbage("depends_on, run_if", "'{}'::uuid[], 'sometimes'", "jobs_run_if_check"),
            new Garbage("depends_on, run_if", "'{NULL}'::uuid[], 'all_ended'", "jobs_depends_on_check"),
            new Garbage("depends_on, run_if", "array[array[sluice_uuid()]], 'all_ended'", "jobs_depends_on_check"),
            new Garbage("unique_scope, unique_states", "':', '{pending,running}'::text[]", "jobs_unique_scope_check"),
            new Garbage("unique_scope, unique_states", "'ab', '{pending,running}'::text[]", "jobs_unique_scope_check"),
            new Garbage(
                    "unique_scope, unique_states", "'60/x:ab', '{pending,running}'::text[]", "jobs_unique_scope_check"),
            new Garbage(
                    "unique_scope, unique_states", "':key', '{{pending,running}}'::text[]", "jobs_unique_states_check"),
            new Garbage("unique_scope", "':key'", "jobs_unique_scope_has_states"),
            new Garbage("unique_scope, unique_states", "':key', '{pending}'::text[]", "jobs_unique_states_check"),
            new Garbage("traceparent", "'00-1-2-3'", "jobs_traceparent_check"),
            new Garbage("traceparent", "'00-1-2-' || repeat('a', 48)", "jobs_traceparent_check"),
            new Garbage(
                    "traceparent",
                    "'00-' || repeat('g', 32) || '-' || repeat('a', 16) || '-01'",
                    "jobs_traceparent_check"),
            new Garbage("attempts", "-1", "jobs_attempts_within_limit"),
            new Garbage("attempts, max_attempts", "2, 1", "jobs_attempts_within_limit"),
            new Garbage("max_attempts", "1001", "jobs_attempts_within_limit"),
            new Garbage("attempts", "1000", "jobs_attempts_can_grow"),
            new Garbage("status", "'lost'", "jobs_status_check"),
            new Garbage("status", "'running'", "jobs_running_is_owned"),
            new Garbage("status", "'completed'", "jobs_end_is_dated"),
            new Garbage("progress_percent", "101", "jobs_progress_percent_check"));

    @Test
    void whatNoJobMayBeIsRefusedByNameWhetherInsertedOrChanged() {
        UUID there = DATABASE.value("""
                insert into jobs (type, scheduled_at) values ('test_sleep', sluice_now() + interval '100 days') returning id
                """);
        for (Garbage garbage : GARBAGE) {
            String others = garbage.columns().equals("type") ? "" : ", type";
            String their = garbage.columns().equals("type") ? "" : ", 'no_such_type'";
            assertThat(refusal("insert into jobs (%s%s) values (%s%s)"
                            .formatted(garbage.columns(), others, garbage.values(), their)))
                    .as("inserted: %s", garbage)
                    .contains("\"" + garbage.rule() + "\"");
            assertThat(refusal("update jobs set (%s) = row(%s) where id = '%s'"
                            .formatted(garbage.columns(), garbage.values(), there)))
                    .as("changed: %s", garbage)
                    .contains("\"" + garbage.rule() + "\"");
        }
        assertThat(refusal("insert into jobs (type, pending_key) values ('no_such_type', repeat('x', 201))"))
                .contains("jobs_pending_key_check");
    }

    private static String refusal(String statement) {
        try (Connection connection = DATABASE.connect();
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
            return "not refused";
        } catch (SQLException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    /** A good job but for some columns; empty if the table refuses it. */
    private static Optional<UUID> insertGarbage(String columns) {
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            UUID id = UUID.randomUUID();
            statement.execute("insert into jobs (id, type, payload, scheduled_at) values ('" + id
                    + "', 'test_sleep', '{\"sleep_ms\": 1}', '2000-01-01')");
            statement.execute("update jobs set " + columns + " where id = '" + id + "'");
            connection.commit();
            return Optional.of(id);
        } catch (SQLException refused) {
            assertThat(refused.getSQLState())
                    .as("a value or a constraint: %s", refused.getMessage())
                    .matches("2[23].*");
            return Optional.empty();
        }
    }

    /** Just the row: nobody is told about it. */
    private static UUID insert(TestDatabase database, String type, String payload) {
        return database.value(
                "insert into jobs (type, payload) values (?, cast(? as jsonb)) returning id", type, payload);
    }
}
