package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.PublishedEvents;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Schedules that operators make and delete themselves. */
class OwnSchedulesIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final String QUIET = "'payload': {'sleep_ms': 0}";
    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @Test
    void anOwnScheduleIsMadeShownChangedRunAndDeleted() {
        String name = name();
        JsonNode made = create(
                        name,
                        "'cron': '30 2 * * *', 'time_zone': 'Europe/Berlin', 'jitter_seconds': 90,"
                                + " 'overlap': 'queue', 'catch_up': 3, 'description': 'At night.', " + QUIET)
                .expect(201)
                .json();
        assertThat(made.path("built_in").asBoolean()).isFalse();
        assertThat(made.path("catch_up").asInt()).isEqualTo(3);
        assertThat(made.path("jitter_seconds").asInt()).isEqualTo(90);
        assertThat(made.path("every").isNull()).isTrue();
        assertThat(made.path("next_run_at").asText()).endsWith(":30:00Z");
        assertThat(operator.get("/v1/schedules/" + name).expect(200).json()).isEqualTo(made);
        assertThat(create(name, "'every': 'PT1H', " + QUIET).expect(409).code()).isEqualTo("CONFLICT");

        JsonNode changed = operator.put("/v1/schedules/" + name, "{\"every\": \"PT15M\"}")
                .expect(200)
                .json();
        assertThat(changed.path("every").asText()).isEqualTo("PT15M");
        assertThat(changed.path("cron").isNull()).isTrue();
        assertThat(changed.path("time_zone").asText()).isEqualTo("UTC");
        assertThat(changed.path("next_run_at").asText()).matches(".*:(00|15|30|45):00Z");

        operator.delete("/v1/schedules/" + name).expect(204);
        operator.get("/v1/schedules/" + name).expect(404);
        operator.delete("/v1/schedules/" + name).expect(404);
        assertThat(DATABASE.query("select action from audit_entries where target_id = ? order by id", name))
                .extracting("action")
                .containsExactly("schedule.created", "schedule.updated", "schedule.deleted");
        assertThat(new PublishedEvents(DATABASE).with("schedule.changed", "schedule", name))
                .extracting(event -> event.path("change").asText())
                .containsExactly("created", "updated", "deleted");
    }

    @Test
    void whatCameWithTheProductCanBePausedButNotDeleted() {
        assertThat(operator.delete("/v1/schedules/hourly-usage-check")
                        .expect(409)
                        .code())
                .isEqualTo("CONFLICT");
        assertThat(operator.get("/v1/schedules/hourly-usage-check")
                        .expect(200)
                        .json()
                        .path("built_in")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void whatIsNotValidIsNamedAndMakesNothing() {
        String name = name();
        refused(name, QUIET, "cron");
        refused(name, "'cron': '0 * * * *', 'every': 'PT1H', " + QUIET, "every");
        refused(name, "'every': 'PT9S', " + QUIET, "every");
        refused(name, "'every': 'hourly', " + QUIET, "every");
        refused(name, "'every': 'PT1H', 'time_zone': 'Europe/Berlin', " + QUIET, "time_zone");
        refused(name, "'cron': '0 25 * * *', " + QUIET, "cron");
        refused(name, "'cron': '0 0 * * |', " + QUIET, "cron");
        refused(name, "'cron': '0 1 * * *', 'time_zone': 'Mars/Phobos', " + QUIET, "time_zone");
        refused(name, "'every': 'PT1H', 'payload': {'sleep_ms': -1}", "payload.sleep_ms");
        refused(name, "'every': 'PT1H', 'catch_up': 2, " + QUIET, "catch_up");
        refused(name, "'every': 'PT1H', 'jitter_seconds': 86401, " + QUIET, "jitter_seconds");
        assertThat(operator.post(
                                "/v1/schedules",
                                json("{'name': '" + name + "', 'job_type': 'no_such', 'every': 'PT1H'}"))
                        .expect(400)
                        .json()
                        .at("/errors/0/field")
                        .asText())
                .isEqualTo("job_type");
        operator.get("/v1/schedules/" + name).expect(404);
    }

    @Test
    void aFixedRateRunsOnTimeAndSpreadsItsJobs() {
        String name = name();
        create(name, "'every': 'PT10S', 'overlap': 'queue', 'jitter_seconds': 3600, " + QUIET)
                .expect(201);
        await().atMost(Duration.ofSeconds(60)).until(() -> jobs(name) >= 2);
        assertThat(DATABASE.count("""
                        select count(*) from jobs
                        where schedule = ? and not (extract(epoch from slot)::bigint % 10 = 0
                          and scheduled_at between slot and slot + interval '1 hour 10 seconds')
                        """, name)).isZero();
        assertThat(DATABASE.count("""
                        select count(distinct scheduled_at - slot) from jobs where schedule = ?
                        """, name)).isGreaterThanOrEqualTo(2);
        operator.delete("/v1/schedules/" + name).expect(204);
        assertThat(jobs(name)).as("jobs stay").isGreaterThanOrEqualTo(2);
        DATABASE.execute("delete from jobs where schedule = ?", name);
    }

    @Test
    void slotsThatWereMissedAreMadeUpForAsFarAsWantedAndTheOthersCounted() {
        String name = name();
        create(name, "'cron': '0 * * * *', 'overlap': 'queue', 'catch_up': 3, " + QUIET)
                .expect(201);
        DATABASE.execute(
                "update schedules set next_run_at = date_trunc('hour', sluice_now()) - interval '9 hours' where name = ?",
                name);
        await().atMost(Duration.ofSeconds(30)).until(() -> jobs(name) > 0);
        assertThat(jobs(name)).isEqualTo(3);
        List<JsonNode> told = new PublishedEvents(DATABASE).with("schedule.missed", "schedule", name);
        assertThat(told).hasSize(1);
        Instant first = Instant.parse(told.get(0).path("first_slot").asText());
        Instant last = Instant.parse(told.get(0).path("last_slot").asText());
        // Ten slots; eleven if an hour began before the next tick.
        int slots = (int) Duration.between(first, last).toHours() + 1;
        assertThat(slots).isBetween(10, 11);
        assertThat(told.get(0).path("given_up").asInt()).isEqualTo(slots - 3);
        JsonNode shown = operator.get("/v1/schedules/" + name).expect(200).json();
        assertThat(shown.path("missed").asInt()).isEqualTo(slots - 3);
        assertThat(shown.path("last_missed_at").isNull()).isFalse();
        operator.delete("/v1/schedules/" + name).expect(204);
    }

    /** No slot could enqueue a job, and none would say why. */
    @Test
    void aPayloadThatNoJobMayHaveIsRefused() {
        String name = name();
        String fits = IntStream.range(0, 3_000).mapToObj(n -> "1e300").collect(Collectors.joining(",", "[", "]"));
        String tooLarge = IntStream.range(0, 4_000).mapToObj(n -> "1e300").collect(Collectors.joining(",", "[", "]"));
        String schedule = json("{'name': '" + name + "', 'job_type': 'auto_suspend', 'every': 'PT24H', 'payload': "
                + "{'project_id': 'none', 'pattern_type': 'error_spike', 'enforce_action': false,"
                + " 'context': {'blob': %s}}}");
        assertTooLarge(operator.post("/v1/schedules", schedule.formatted(tooLarge)));
        operator.get("/v1/schedules/" + name).expect(404);
        operator.post("/v1/schedules", schedule.formatted(fits)).expect(201);
        assertTooLarge(operator.put(
                "/v1/schedules/" + name,
                schedule.formatted(tooLarge).replaceFirst(".*'payload'".replace('\'', '"'), "{\"payload\"")));
        operator.delete("/v1/schedules/" + name).expect(204);
    }

    private static void assertTooLarge(Answer answer) {
        assertThat(answer.expect(400).json().at("/errors/0/field").asText()).isEqualTo("payload");
        assertThat(answer.body()).contains("1,048,576 bytes");
    }

    private static void refused(String name, String members, String field) {
        Answer answer = create(name, members).expect(400);
        assertThat(answer.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(answer.json().at("/errors/0/field").asText()).as(members).isEqualTo(field);
    }

    private static Answer create(String name, String members) {
        return operator.post(
                "/v1/schedules", json("{'name': '" + name + "', 'job_type': 'test_sleep', " + members + "}"));
    }

    private static String json(String quoted) {
        return quoted.replace('\'', '"');
    }

    private static String name() {
        return "own-" + UUID.randomUUID();
    }

    private static long jobs(String name) {
        return DATABASE.count("select count(*) from jobs where schedule = ?", name);
    }
}
