package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.PublishedEvents;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What others hear of jobs and schedules. */
class JobEventsIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final PublishedEvents EVENTS = new PublishedEvents(DATABASE);

    private final String mark = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        TestJobs.node();
    }

    @AfterEach
    void leaveNoSchedule() {
        DATABASE.execute("delete from schedules where name like '%' || ?", mark);
    }

    @Test
    void aJobIsToldOfWhenItFailedForGoodAndNotBefore() {
        UUID mended = TestJobs.insert(DATABASE, "test_fail", "{\"how\": \"throw\", \"until_attempt\": 3}");
        UUID dead = TestJobs.insert(DATABASE, "test_fail", "{\"how\": \"throw\"}");
        UUID given = TestJobs.insert(DATABASE, "test_fail", "{\"how\": \"throw-final\"}");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> List.of(mended, dead, given).stream()
                        .noneMatch(job -> List.of("pending", "running").contains(TestJobs.status(DATABASE, job))));

        assertThat(failures(mended)).isEmpty();
        assertThat(failures(dead)).hasSize(1);
        JsonNode told = failures(dead).get(0);
        assertThat(told.path("job_type").asText()).isEqualTo("test_fail");
        assertThat(told.path("attempts").asInt()).isEqualTo(3);
        assertThat(told.path("project_id").isNull()).isTrue();
        assertThat(told.path("failed_at").asText()).endsWith("Z");
        assertThat(failures(given)).hasSize(1);
        assertThat(failures(given).get(0).path("attempts").asInt()).isEqualTo(1);
    }

    @Test
    void jobsThatDiedWithTheirNodeAreToldOfTogether() {
        List<UUID> lost =
                DATABASE.query("""
                        insert into jobs (type, payload, status, attempts, max_attempts, node_id, fencing_token,
                            started_at, deadline_at, project_id)
                        select 'test_sleep', '{"sleep_ms": 0}', 'running', 3, 3, sluice_uuid(),
                            nextval('job_fencing_tokens'), sluice_now(), clock_timestamp() + interval '1 hour', 'lost'
                        from generate_series(1, 20)
                        returning id
                        """).stream().map(row -> (UUID) row.get("id")).toList();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> lost.stream()
                        .allMatch(job -> TestJobs.status(DATABASE, job).equals("failed")));
        assertThat(lost).allSatisfy(job -> assertThat(failures(job)).hasSize(1));
        assertThat(EVENTS.kinds("lost")).hasSize(20);
        assertThat(DATABASE.count("select count(distinct xmin::text) from events where project_id = 'lost'"))
                .as("transactions that told of them")
                .isOne();
    }

    @Test
    void aJobOfAnUnknownTypeIsToldOfWhenItIsParked() {
        UUID unknown = TestJobs.insert(DATABASE, "nobody_handles_this", "{}");
        await().atMost(Duration.ofSeconds(40))
                .until(() -> TestJobs.status(DATABASE, unknown).equals("failed"));
        assertThat(failures(unknown)).hasSize(1);
        assertThat(failures(unknown).get(0).path("attempts").asInt()).isZero();
    }

    @Test
    void slotsThatPassedUnnoticedAreToldOfOnceAndOthersNot() {
        String kept = schedule("kept", 1);
        String missed = schedule("missed", 1);
        String dropped = schedule("dropped", 0);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> DATABASE.count(
                                "select count(*) from schedules where name in (?, ?, ?) and next_run_at is null",
                                kept,
                                missed,
                                dropped)
                        == 0);
        DATABASE.execute("""
                update schedules
                set next_run_at = date_trunc('hour', sluice_now()) - interval '26 hours'
                where name in (?, ?)
                """, missed, dropped);
        DATABASE.execute("update schedules set next_run_at = sluice_now() - interval '2 seconds' where name = ?", kept);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> DATABASE.count(
                                "select count(*) from schedules where name in (?, ?, ?) and next_run_at > sluice_now()",
                                kept,
                                missed,
                                dropped)
                        == 3);

        assertThat(EVENTS.with("schedule.missed", "schedule", kept)).isEmpty();
        JsonNode made = EVENTS.with("schedule.missed", "schedule", missed).get(0);
        assertThat(made.path("made_up").asBoolean()).isTrue();
        assertThat(made.path("job_type").asText()).isEqualTo("test_sleep");
        assertThat(made.path("first_slot").asText())
                .isLessThan(made.path("last_slot").asText());
        assertThat(EVENTS.with("schedule.missed", "schedule", missed)).hasSize(1);
        assertThat(EVENTS.with("schedule.missed", "schedule", dropped)
                        .get(0)
                        .path("made_up")
                        .asBoolean())
                .isFalse();
    }

    /** A schedule whose slots are a year apart, so that only what the test does matters. */
    private String schedule(String prefix, int catchUp) {
        String name = prefix + "-" + mark;
        DATABASE.execute("""
                insert into schedules (name, job_type, payload, cron, overlap, catch_up)
                values (?, 'test_sleep', '{"sleep_ms": 0}', '0 3 * * *', 'queue', ?)
                """, name, catchUp);
        return name;
    }

    private static List<JsonNode> failures(UUID job) {
        return EVENTS.with("job.failed", "job_id", job);
    }
}
