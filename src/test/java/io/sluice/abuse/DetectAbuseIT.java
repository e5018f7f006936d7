package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.DyingStep;
import io.sluice.testkit.DyingSteps;
import io.sluice.testkit.DyingSteps.Step;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The detection over many projects: what it writes, asks for, holds back, and leaves behind when something fails. */
class DetectAbuseIT {
    private static TestDatabase database;
    private Suspects suspects;

    @BeforeAll
    static void useTheSharedNode() {
        SharedServer.operator()
                .post("/v1/schedules/hourly-abuse-detection/pause", null)
                .expect(200);
        database = SharedServer.database();
    }

    @BeforeEach
    void begin() {
        suspects = new Suspects(database);
    }

    @AfterEach
    void end() {
        suspects.forget();
    }

    @Test
    void isScheduledEveryHour() {
        JsonNode schedule = SharedServer.operator()
                .get("/v1/schedules/hourly-abuse-detection")
                .expect(200)
                .json();
        assertThat(schedule.path("job_type").asText()).isEqualTo("detect_abuse");
        assertThat(schedule.path("cron").asText()).isEqualTo("5 * * * *");
        assertThat(schedule.at("/payload/check_all").asBoolean()).isTrue();
    }

    @Test
    void hasEnforcedProjectsSuspendedOnceHoweverOftenItRuns() {
        String enforced = suspects.spiking();
        String observed = suspects.spiking();
        String quiet = suspects.project(6_000);
        suspects.hours(quiet, "requests", 6_000, 6_000);
        suspects.enforce(enforced, quiet);
        JsonNode first = suspects.detect(enforced, observed, quiet);
        assertThat(first.path("projects_checked").asInt()).isEqualTo(3);
        assertThat(first.path("detections").asInt()).isEqualTo(2);
        assertThat(first.path("suspensions_requested").asInt()).isEqualTo(1);
        suspects.awaitQuiet(enforced);
        suspects.detect(enforced, observed, quiet);
        assertThat(suspects.status(enforced)).isEqualTo("suspended");
        assertThat(suspects.suspensions(enforced)).isEqualTo(1);
        assertThat(suspects.audited("abuse.detected", enforced)).isEqualTo(1);
        assertThat(suspects.detections(enforced)).containsExactly("usage_spike suspended");
        assertThat(suspects.status(observed)).isEqualTo("active");
        assertThat(suspects.detections(observed)).containsExactly("usage_spike would_suspend");
        assertThat(suspects.detections(quiet)).isEmpty();
        assertThat(database.count(
                        "select count(*) from events where type = 'abuse.suspected' and project_id in (?, ?)",
                        enforced,
                        observed))
                .isEqualTo(2);
    }

    @Test
    void tellsOfAProjectOnceHoweverManyOfItsMetricsSpike() {
        String project = suspects.spiking();
        suspects.spike(project, "db_queries");
        suspects.detect(project);
        assertThat(suspects.detections(project))
                .containsExactly("usage_spike would_suspend", "usage_spike would_suspend");
        assertThat(database.count(
                        "select count(*) from events where type = 'abuse.suspected' and project_id = ?", project))
                .isEqualTo(1);
    }

    @Test
    void reportsWhatObserveModeWouldHaveSuspended() {
        List<String> projects = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            projects.add(suspects.spiking());
        }
        long before = wouldSuspend();
        suspects.detect(projects.toArray(String[]::new));
        assertThat(wouldSuspend() - before).isEqualTo(3);
        JsonNode found = SharedServer.operator()
                .get("/v1/abuse/detections?outcome=would_suspend&rule=usage_spike&level=severe&project_id="
                        + projects.get(0))
                .expect(200)
                .json();
        assertThat(found.path("items")).hasSize(1);
        assertThat(found.at("/items/0/value").asInt()).isEqualTo(20);
        assertThat(found.at("/items/0/unit").asText()).isEqualTo("times_usual");
    }

    @Test
    void holdsAllBackWhenTheyAreTooMany() {
        // One in a hundred of the active projects may be suspended, and other tests leave some thousands of them.
        int many = (int) (40 + database.count("select count(*) from projects where status = 'active'") / 100);
        List<String> projects = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            projects.add(suspects.spiking());
        }
        suspects.enforce(projects.toArray(String[]::new));
        JsonNode result = suspects.detect(projects.toArray(String[]::new));
        assertThat(result.path("held").asInt()).isEqualTo(many);
        assertThat(result.path("suspensions_requested").asInt()).isZero();
        assertThat(projects).allSatisfy(project -> {
            assertThat(suspects.status(project)).isEqualTo("active");
            assertThat(suspects.detections(project)).containsExactly("usage_spike held too_many");
        });
        assertThat(database.count("select count(*) from audit_entries where action = 'abuse.run_held'"))
                .isPositive();

        JsonNode job = SharedServer.operator()
                .post(
                        "/v1/abuse/detections/" + suspects.detection(projects.get(0)) + "/confirm",
                        "{\"reason\": \"looked at\"}")
                .expect(202)
                .json();
        suspects.result(UUID.fromString(job.path("id").asText()));
        assertThat(suspects.status(projects.get(0))).isEqualTo("suspended");
        assertThat(suspects.status(projects.get(1))).isEqualTo("active");
    }

    @Test
    void reportsInADryRunAndWritesNothing() {
        String project = suspects.spiking();
        suspects.enforce(project);
        Map<String, String> before = suspects.rows(project);
        JsonNode result = suspects.result(
                suspects.start("detect_abuse", "{\"project_ids\": [\"" + project + "\"], \"enforce_action\": false}"));
        assertThat(result.path("would_suspend").asInt()).isEqualTo(1);
        assertThat(result.at("/details/0/rule").asText()).isEqualTo("usage_spike");
        assertThat(suspects.rows(project)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"check_all\": false}",
                "{\"project_ids\": []}",
                "{\"check_all\": true, \"project_ids\": [\"a\"]}",
                "{\"check_all\": true, \"dry_run\": true}"
            })
    void refusesAPayloadThatDoesNotSayWhomToLookAt(String payload) {
        Map<String, Object> end = suspects.end(suspects.start("detect_abuse", payload));
        assertThat(end).containsEntry("status", "failed");
        assertThat(String.valueOf(end.get("last_error"))).contains("payload");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            abuse_detections, insert, new.project_id
            events, insert, new.project_id
            suspensions, insert, new.project_id
            projects, update, new.id
            abuse_detections, update, new.project_id
            audit_entries, insert, new.project_id
            jobs, update, case when new.status = 'completed' then new.payload ->> 'project_id' end
            """)
    void leavesAllOrNothingWhereverTheDecisionIsCutOff(String table, String step, String ofRow) {
        String project = suspects.spiking();
        suspects.enforce(project);
        try (DyingStep dying = DyingStep.at(database, table, step, ofRow, project)) {
            UUID job = suspects.start(
                    "auto_suspend", "{\"project_id\": \"" + project + "\", \"pattern_type\": \"excessive_usage\"}");
            assertThat(suspects.end(job)).containsEntry("status", "failed").containsEntry("attempts", 1);
        }
        assertThat(suspects.status(project)).isEqualTo("active");
        assertThat(suspects.suspensions(project)).isZero();
        assertThat(suspects.detections(project)).isEmpty();
        assertThat(suspects.audited("abuse.detected", project)).isZero();
        assertThat(database.count("select count(*) from events where project_id = ? and type <> 'job.failed'", project))
                .isZero();

        assertThat(suspects.detect(project).path("suspensions_requested").asInt())
                .as("the next detection finds it again")
                .isEqualTo(1);
        suspects.awaitQuiet(project);
        assertThat(suspects.suspensions(project)).isEqualTo(1);
        assertThat(suspects.audited("project.auto_suspended", project)).isEqualTo(1);
        assertThat(suspects.detections(project)).containsExactly("usage_spike suspended");
    }

    @Test
    void aDetectionThatDiesAtEachOfItsStepsHasTheProjectSuspendedOnce() {
        String project = suspects.spiking();
        suspects.enforce(project);
        DyingSteps job = DyingSteps.of(database, "detect_abuse", "{\"project_ids\": [\"" + project + "\"]}", project);
        String ofRun = "case when new.job_id = '" + job.job() + "' then '" + project + "' end";
        String end = job.inTurn(
                () -> {
                    assertThat(suspects.suspensions(project)).isZero();
                    assertThat(database.count(
                                    "select count(*) from jobs where type = 'auto_suspend' and project_id = ?",
                                    project))
                            .isZero();
                },
                new Step("job_abuse_runs", "insert", ofRun),
                new Step("abuse_detections", "insert", "new.project_id"),
                new Step("events", "insert", "new.project_id"),
                new Step("job_abuse_runs", "update", ofRun),
                new Step("jobs", "insert", "new.project_id"),
                new Step(
                        "jobs",
                        "update",
                        "case when new.status = 'completed' then new.payload -> 'project_ids' ->> 0 end"));
        assertThat(end).isEqualTo("completed");
        suspects.awaitQuiet(project);
        assertThat(suspects.suspensions(project)).isEqualTo(1);
        assertThat(suspects.detections(project)).containsExactly("usage_spike suspended");
        assertThat(database.count(
                        "select count(*) from events where project_id = ? and type = 'abuse.suspected'", project))
                .isEqualTo(1);
    }

    @Test
    void onePoorProjectDoesNotKeepTheOthersFromBeingLookedAt() {
        String poor = suspects.spiking();
        String other = suspects.spiking();
        database.execute("create function refuse_poor_suspect() returns trigger language plpgsql as"
                + " $$ begin raise exception 'no'; end $$");
        database.execute("create trigger refuse_poor_suspect before insert on abuse_detections for each row"
                + " when (new.project_id = '" + poor + "') execute function refuse_poor_suspect()");
        try {
            JsonNode result = suspects.detect(poor, other);
            assertThat(result.path("projects_checked").asInt()).isEqualTo(1);
            assertThat(result.path("failed")).hasSize(1);
            assertThat(result.path("failed").get(0).asText()).isEqualTo(poor);
        } finally {
            database.execute("drop function refuse_poor_suspect cascade");
        }
        assertThat(suspects.detections(other)).containsExactly("usage_spike would_suspend");
    }

    @Test
    void countsItsRunsAndFindingsInTheMetrics() {
        suspects.detect(suspects.spiking());
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(SharedServer.operator()
                                .get("/metrics?scope=application")
                                .body())
                        .contains("sluice_abuse_runs_total", "sluice_abuse_detections_total")
                        .containsPattern("sluice_abuse_detections_total\\{[^}]*outcome=\"would_suspend\""));
    }

    private static long wouldSuspend() {
        for (JsonNode rule : SharedServer.operator()
                .get("/v1/abuse/detections/report")
                .expect(200)
                .json()
                .path("items")) {
            if (rule.path("rule").asText().equals("usage_spike")) {
                assertThat(rule.path("mode").asText()).isEqualTo("observe");
                return rule.path("projects_would_suspend").asLong();
            }
        }
        throw new AssertionError("no report of usage_spike");
    }
}
