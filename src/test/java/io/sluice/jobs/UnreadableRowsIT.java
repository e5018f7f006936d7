package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rows that somebody wrote by hand and nobody can read as they are meant. */
class UnreadableRowsIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static Api operator;

    private final String mark = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void leaveNothing() {
        DATABASE.execute("delete from schedules where name like '%' || ?", mark);
        DATABASE.execute("delete from jobs where project_id = ?", mark);
    }

    @Test
    void aJobWithAScopeThatSaysNothingIsListedAndCancelledLikeAnyOther() throws SQLException {
        List<UUID> ids = List.of(
                insertUnchecked("unique_scope, unique_states", "'ab', '{pending,running}'"),
                insertUnchecked("unique_scope, unique_states", "'x/1:ab', '{pending,running}'"),
                insertUnchecked("unique_scope, unique_states", "'99999999999999999999/1:a', '{pending,running}'"));
        for (UUID id : ids) {
            assertThat(shown(id).path("unique").isNull()).isTrue();
            operator.post("/v1/jobs/" + id + "/cancel", null).expect(202);
            assertThat(shown(id).path("status").asText()).isEqualTo("cancelled");
        }
    }

    @Test
    void aJobThatWaitsForNothingThatCouldBeNamedIsListedAndCancelledLikeAnyOther() throws SQLException {
        UUID needed = UUID.randomUUID();
        UUID withNull = insertUnchecked("depends_on, run_if", "'{NULL," + needed + "}', 'all_ended'");
        UUID nested = insertUnchecked("depends_on, run_if", "'{{" + needed + "}}', 'all_ended'");
        for (UUID id : List.of(withNull, nested)) {
            JsonNode one = operator.get("/v1/jobs/" + id).expect(200).json();
            assertThat(one.path("depends_on")).extracting(JsonNode::asText).containsExactly(needed.toString());
            operator.post("/v1/jobs/" + id + "/cancel", null).expect(202);
            assertThat(shown(id).path("status").asText()).isEqualTo("cancelled");
        }
    }

    @Test
    void aScheduleWithACalendarThatNobodyCanReadIsListedAndPaused() {
        String cron = add("no-cron", "every full moon", "UTC");
        String zone = add("no-zone", "0 3 1 1 *", "Mars/Phobos");
        assertThat(operator.get("/v1/schedules?limit=200").expect(200).json().path("items"))
                .extracting(schedule -> schedule.path("name").asText())
                .contains(cron, zone, "hourly-usage-check");
        for (String name : List.of(cron, zone)) {
            JsonNode schedule =
                    operator.get("/v1/schedules/" + name).expect(200).json();
            assertThat(schedule.path("enabled").asBoolean()).isTrue();
            assertThat(schedule.path("next_run_at").isNull()).isTrue();
            JsonNode paused = operator.post("/v1/schedules/" + name + "/pause", null)
                    .expect(200)
                    .json();
            assertThat(paused.path("enabled").asBoolean()).isFalse();
            assertThat(operator.post("/v1/schedules/" + name + "/resume", null)
                            .expect(400)
                            .code())
                    .isEqualTo("VALIDATION_ERROR");
        }
        JsonNode mended = operator.put("/v1/schedules/" + cron, "{\"cron\": \"0 3 1 1 *\", \"enabled\": true}")
                .expect(200)
                .json();
        assertThat(Instant.parse(mended.path("next_run_at").asText())).isAfter(Instant.now());
    }

    @Test
    void aScheduleThatLostItsCalendarWhileItRanIsPausedToo() {
        String name = add("lost", "0 3 1 1 *", "UTC");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> DATABASE.count(
                                "select count(*) from schedules where name = ? and next_run_at is not null", name)
                        == 1);
        DATABASE.execute("update schedules set time_zone = 'Mars/Phobos' where name = ?", name);
        JsonNode paused = operator.put("/v1/schedules/" + name, "{\"enabled\": false}")
                .expect(200)
                .json();
        assertThat(paused.path("enabled").asBoolean()).isFalse();
        assertThat(DATABASE.query("select action from audit_entries where target_id = ? order by id", name))
                .extracting("action")
                .containsExactly("schedule.updated");
    }

    @Test
    void aPayloadThatIsNoObjectIsRefused() {
        assertThatThrownBy(() -> DATABASE.execute(
                        "insert into schedules (name, job_type, cron, payload) values (?, 'test_sleep', '0 3 1 1 *', '[]')",
                        "no-object-" + mark))
                .hasStackTraceContaining("schedules_payload_is_object");
    }

    /** As the list shows it; reading it alone must say the same. */
    private JsonNode shown(UUID id) {
        JsonNode items =
                operator.get("/v1/jobs?project_id=" + mark).expect(200).json().path("items");
        for (JsonNode item : items) {
            if (item.path("id").asText().equals(id.toString())) {
                operator.get("/v1/jobs/" + id).expect(200);
                return item;
            }
        }
        throw new AssertionError(id + " is not listed");
    }

    /** A row from before the table refused such ones. */
    private UUID insertUnchecked(String columns, String values) throws SQLException {
        UUID id = UUID.randomUUID();
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("set session_replication_role = replica");
            statement.execute("insert into jobs (id, type, project_id, scheduled_at, " + columns + ") values ('" + id
                    + "', 'test_sleep', '" + mark + "', sluice_now() + interval '100 days', " + values + ")");
        }
        return id;
    }

    private String add(String prefix, String cron, String timeZone) {
        String name = prefix + "-" + mark;
        DATABASE.execute("""
                insert into schedules (name, job_type, payload, cron, time_zone)
                values (?, 'test_sleep', '{"sleep_ms": 0}', ?, ?)
                """, name, cron, timeZone);
        return name;
    }
}
