package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SchedulesIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static Api operator;

    private final String mark = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void leaveNeitherSchedulesNorJobsThatWait() {
        DATABASE.execute("delete from schedules where name like '%' || ?", mark);
        DATABASE.execute("delete from jobs where schedule like '%' || ? and status = 'pending'", mark);
    }

    @Test
    void theHourlyCheckExistsFromTheFirstStart() {
        JsonNode schedule =
                operator.get("/v1/schedules/hourly-usage-check").expect(200).json();
        assertThat(schedule.path("job_type").asText()).isEqualTo("check_usage_limits");
        assertThat(schedule.path("cron").asText()).isEqualTo("0 * * * *");
        assertThat(schedule.path("time_zone").asText()).isEqualTo("UTC");
        assertThat(schedule.path("enabled").asBoolean()).isTrue();
        assertThat(schedule.path("overlap").asText()).isEqualTo("skip");
        assertThat(schedule.path("payload").toString()).contains("\"check_all\":true", "\"enforce_limits\":true");
        assertThat(schedule.path("next_run_at").asText()).endsWith(":00:00Z");
        assertThat(operator.get("/v1/schedules").json().path("items").findValuesAsText("name"))
                .contains("hourly-usage-check");
        assertThat(TestJobs.node().output()).contains("scheduled jobs configured schedule=hourly-usage-check");
    }

    @Test
    void missedSlotsAreMadeUpForOnceAndTheNextSlotIsKept() {
        String name = add("every-minute", "* * * * *", "queue");
        awaitNext(name);
        DATABASE.execute("update schedules set next_run_at = next_run_at - interval '3 hours' where name = ?", name);
        await().atMost(Duration.ofSeconds(30)).until(() -> jobsOf(name) >= 1);
        await().during(Duration.ofSeconds(5))
                .atMost(Duration.ofSeconds(30))
                .failFast("more slots were made up for", () -> jobsOf(name) > 2)
                .until(() -> jobsOf(name) <= 2);
        assertThat(DATABASE.count("""
                        select count(*) from jobs
                        where schedule = ? and not (slot <= sluice_now() and slot > created_at - interval '2 minutes')
                        """, name)).isZero();
        // A minute may have passed just now that no tick has seen yet.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> DATABASE.count(
                                "select count(*) from schedules where name = ? and next_run_at > sluice_now()", name)
                        == 1);
    }

    @Test
    void aSlotIsSkippedAndCountedWhileTheJobBeforeRuns() {
        String name = add("overlapping", "* * * * *", "skip");
        awaitNext(name);
        UUID busy = DATABASE.value("""
                insert into jobs (type, payload, schedule, scheduled_at)
                values ('test_sleep', '{"sleep_ms": 0}', ?, sluice_now() + interval '1 day') returning id
                """, name);
        DATABASE.execute("update schedules set next_run_at = sluice_now() where name = ?", name);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> DATABASE.count("select skipped from schedules where name = ?", name) >= 1);
        assertThat(DATABASE.count("select count(*) from jobs where schedule = ? and slot is not null", name))
                .isZero();
        DATABASE.execute("delete from jobs where id = ?", busy);
        DATABASE.execute("update schedules set next_run_at = sluice_now() where name = ?", name);
        await().atMost(Duration.ofSeconds(30)).until(() -> jobsOf(name) >= 1);
    }

    /** Of so many moments not all can be those at which the node looks by itself. */
    @Test
    void theJobsOfSchedulesWithJitterStartWhenTheirMomentHasCome() {
        List<String> names = IntStream.range(0, 8)
                .mapToObj(n -> add("jittered-" + n, "0 3 1 1 *", "queue"))
                .toList();
        names.forEach(SchedulesIT::awaitNext);
        DATABASE.execute(
                "update schedules set jitter_ms = 12000, next_run_at = sluice_now() where name = any (?)",
                (Object) names.toArray(String[]::new));
        names.forEach(
                name -> await().atMost(Duration.ofSeconds(60)).until(() -> jobsOf(name, "status = 'completed'") == 1));
        names.forEach(
                name -> assertThat(jobsOf(name, "started_at - scheduled_at between interval '0' and interval '2 s'"))
                        .isOne());
        assertThat(names).anyMatch(name -> jobsOf(name, "scheduled_at > created_at + interval '1 s'") == 1);
    }

    @Test
    void aPausedScheduleLetsItsSlotsPassAndStillRunsByHand() {
        String name = add("paused", "0 3 1 1 *", "queue");
        awaitNext(name);
        JsonNode paused = operator.post("/v1/schedules/" + name + "/pause", null)
                .expect(200)
                .json();
        assertThat(paused.path("enabled").asBoolean()).isFalse();
        assertThat(paused.path("next_run_at").isNull()).isTrue();
        DATABASE.execute("update schedules set next_run_at = sluice_now() - interval '1 hour' where name = ?", name);

        JsonNode job = operator.post("/v1/schedules/" + name + "/run", null)
                .expect(202)
                .json();
        assertThat(job.path("schedule").asText()).isEqualTo(name);
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> operator.get("/v1/schedules/" + name)
                                .json()
                                .path("last_run")
                                .path("status")
                                .asText(),
                        "completed"::equals);
        assertThat(operator.get("/v1/schedules/" + name)
                        .json()
                        .path("last_run")
                        .path("job_id")
                        .asText())
                .isEqualTo(job.path("id").asText());

        JsonNode resumed = operator.post("/v1/schedules/" + name + "/resume", null)
                .expect(200)
                .json();
        assertThat(Instant.parse(resumed.path("next_run_at").asText()))
                .isAfter(DATABASE.<java.sql.Timestamp>value("select sluice_now()")
                        .toInstant());
        assertThat(jobsOf(name)).isOne();
        assertThat(DATABASE.query("select action from audit_entries where target_id = ? order by id", name))
                .extracting("action")
                .containsExactly("schedule.paused", "schedule.run", "schedule.resumed");
        assertThat(operator.post("/v1/schedules/unheard-of/run", null).status()).isEqualTo(404);
    }

    @Test
    void aChangeIsCheckedAndMovesTheNextSlot() {
        String name = add("changed", "0 0 1 1 *", "skip");
        awaitNext(name);
        JsonNode changed = operator.put(
                        "/v1/schedules/" + name,
                        "{\"cron\": \"0 6 * * *\", \"time_zone\": \"Asia/Kathmandu\", \"overlap\": \"queue\"}")
                .expect(200)
                .json();
        assertThat(changed.path("next_run_at").asText()).contains("T00:15:00Z");
        assertThat(changed.path("overlap").asText()).isEqualTo("queue");
        for (String bad : new String[] {
            "{\"cron\": \"0 0 0 0 0 0\"}",
            "{\"time_zone\": \"Nowhere\"}",
            "{\"payload\": {\"x\": 1}}",
            "{\"name\": \"y\"}"
        }) {
            assertThat(operator.put("/v1/schedules/" + name, bad).expect(400).code())
                    .isEqualTo("VALIDATION_ERROR");
        }
    }

    private String add(String prefix, String cron, String overlap) {
        String name = prefix + "-" + mark;
        DATABASE.execute("""
                insert into schedules (name, job_type, payload, cron, overlap)
                values (?, 'test_sleep', '{"sleep_ms": 0}', ?, ?)
                """, name, cron, overlap);
        return name;
    }

    private static void awaitNext(String name) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> DATABASE.count(
                                "select count(*) from schedules where name = ? and next_run_at is not null", name)
                        == 1);
    }

    private static long jobsOf(String name) {
        return jobsOf(name, "true");
    }

    private static long jobsOf(String name, String condition) {
        return DATABASE.count("select count(*) from jobs where schedule = ? and " + condition, name);
    }
}
