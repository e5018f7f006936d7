package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.MailBox;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of one suspected project. */
class AutoSuspendIT {
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
    void believesNoFigureOfTheCaller() {
        String quiet = suspects.project(6_000);
        suspects.hours(quiet, "requests", 5_000, 5_000);
        suspects.enforce(quiet);
        JsonNode result = signal(
                SharedServer.operator(),
                quiet,
                "excessive_usage",
                "{\"requests_per_minute\": 99999, \"baseline_requests_per_minute\": 1, \"error_rate\": 0.99,"
                        + " \"error_count\": 99, \"total_requests\": 100}");
        assertThat(result.path("abuse_confirmed").asBoolean()).isFalse();
        assertThat(result.path("action_taken").asText()).isEqualTo("logged_only");
        assertThat(suspects.status(quiet)).isEqualTo("active");
        assertThat(suspects.audited("abuse.detected", quiet)).isZero();
        assertThat(suspects.audited("abuse.reported", quiet)).isEqualTo(1);
    }

    @Test
    void suspendsWhatTwoWindowsOfOurOwnFiguresConfirm() {
        String project = suspects.spiking();
        suspects.enforce(project);
        JsonNode result = signal(Tenants.holder("service"), project, "excessive_usage", "{}");
        assertThat(result.path("abuse_confirmed").asBoolean()).isTrue();
        assertThat(result.path("action_taken").asText()).isEqualTo("project_suspended");
        assertThat(result.at("/detection/rule").asText()).isEqualTo("usage_spike");
        assertThat(result.at("/detection/value").asInt()).isEqualTo(20);
        assertThat(result.at("/detection/baseline").asInt()).isEqualTo(6_000);
        JsonNode suspension = SharedServer.operator()
                .get("/v1/projects/" + project + "/suspensions")
                .expect(200)
                .json()
                .at("/items/0");
        assertThat(suspension.path("cause").asText()).isEqualTo("abuse");
        assertThat(suspension.path("id")).isEqualTo(result.path("suspension_id"));
        assertThat(suspension.path("reason").asText())
                .contains("120000 requests", "20 times", "/v1/projects/" + project + "/suspensions/review");
        assertThat(suspects.detections(project)).containsExactly("usage_spike suspended");
        assertThat(suspects.audited("abuse.detected", project)).isEqualTo(1);
        assertThat(suspects.audited("project.auto_suspended", project)).isEqualTo(1);
        assertThat(events(project)).containsExactly("abuse.suspected", "project.suspended");
    }

    @Test
    void onlySaysWhatItWouldDoWhileTheRuleObserves() {
        String project = suspects.spiking();
        JsonNode result = suspects.decide(project, "excessive_usage");
        assertThat(result.path("abuse_confirmed").asBoolean()).isTrue();
        assertThat(result.path("action_taken").asText()).isEqualTo("warning_sent");
        assertThat(suspects.status(project)).isEqualTo("active");
        assertThat(suspects.detections(project)).containsExactly("usage_spike would_suspend");
        assertThat(events(project)).containsExactly("abuse.suspected");
        assertThat(suspects.decide(project, "excessive_usage")
                        .path("action_taken")
                        .asText())
                .as("the same again tells nobody twice")
                .isEqualTo("logged_only");
        assertThat(events(project)).containsExactly("abuse.suspected");
    }

    @Test
    void needsTheSecondWindowAndLooksAgainForIt() {
        String project = suspects.project(6_000);
        suspects.hours(project, "requests", 120_000, 6_000);
        suspects.enforce(project);
        JsonNode result = suspects.decide(project, "excessive_usage");
        assertThat(result.path("abuse_confirmed").asBoolean()).isFalse();
        assertThat(result.path("action_taken").asText()).isEqualTo("warning_sent");
        assertThat(suspects.detections(project)).containsExactly("usage_spike flagged first_window");
        assertThat(suspects.status(project)).isEqualTo("active");
        assertThat(database.count(
                        "select count(*) from jobs where type = 'detect_abuse' and project_id = ? and status = 'pending'"
                                + " and scheduled_at > sluice_now() + interval '10 minutes'",
                        project))
                .isEqualTo(1);
    }

    @Test
    void catchesANewProjectByItsAbsoluteRate() {
        String project = Tenants.create();
        suspects.enforce(project);
        Instant quarter = database.<java.sql.Timestamp>value("select sluice_abuse_quarter(sluice_now())")
                .toInstant();
        List<String> events = new ArrayList<>();
        for (int i = 0; i <= 2; i++) {
            Instant at = i == 0 ? quarter : quarter.minus(15L * i, ChronoUnit.MINUTES);
            events.add(Tenants.event(project, "requests", 150_000, "e" + i, at));
        }
        SharedServer.operator().post("/v1/usage/track", Tenants.batch(events)).expect(202);
        JsonNode result = suspects.decide(project, "excessive_usage");
        assertThat(result.path("action_taken").asText()).as("%s", result).isEqualTo("project_suspended");
        assertThat(result.at("/detection/rule").asText()).isEqualTo("absolute_rate");
        assertThat(result.at("/detection/value").asInt()).isEqualTo(10_000);
        assertThat(suspects.status(project)).isEqualTo("suspended");
        assertThat(MailBox.flowing(MailBox.awaitSubject(project + "@example.org", "suspected abuse")))
                .as("the owner is told why and what to do")
                .contains("requests a minute", "/v1/projects/" + project + "/suspensions/review");
        database.execute(
                "update suspensions set suspended_at = suspended_at - interval '2 hours' where project_id = ?",
                project);
    }

    @Test
    void tellsAnAttackThatFailsFromAnOutageOfTheProjectsOwn() {
        String attack = suspects.project(1_000);
        suspects.hours(attack, "requests", 3_000, 3_000);
        suspects.hours(attack, "errors", 2_700, 2_700);
        String outage = suspects.project(1_000);
        suspects.hours(outage, "requests", 900, 900);
        suspects.hours(outage, "errors", 900, 900);
        suspects.enforce(attack, outage);
        assertThat(suspects.decide(attack, "error_spike").path("action_taken").asText())
                .isEqualTo("project_suspended");
        assertThat(suspects.decide(outage, "error_spike")
                        .path("abuse_confirmed")
                        .asBoolean())
                .isFalse();
        assertThat(suspects.status(outage)).isEqualTo("active");
        assertThat(suspects.detections(outage)).containsExactly("error_rate flagged below_level");
    }

    @Test
    void asksOnlyTheRulesOfTheReportedPattern() {
        String project = suspects.spiking();
        suspects.enforce(project);
        assertThat(suspects.decide(project, "error_spike")
                        .path("abuse_confirmed")
                        .asBoolean())
                .isFalse();
        assertThat(suspects.status(project)).isEqualTo("active");
    }

    @Test
    void leavesAReportedPatternThatNoRuleSeesToAnOperator() {
        String project = suspects.project(6_000);
        suspects.enforce(project);
        JsonNode result = signal(
                SharedServer.operator(),
                project,
                "suspicious_pattern",
                "{\"pattern_details\": {\"sql_injection\": 99}}");
        assertThat(result.path("abuse_confirmed").asBoolean()).isFalse();
        assertThat(suspects.status(project)).isEqualTo("active");
        assertThat(suspects.detections(project)).containsExactly("reported_pattern needs_confirmation");
        assertThat(events(project)).containsExactly("abuse.suspected");

        UUID detection = suspects.detection(project);
        JsonNode forged =
                suspects.decide(project, "suspicious_pattern", ", \"confirmed_detection\": \"" + detection + "\"");
        assertThat(forged.path("abuse_confirmed").asBoolean()).isFalse();
        assertThat(suspects.status(project)).as("nobody has confirmed it yet").isEqualTo("active");

        JsonNode job = SharedServer.operator()
                .post("/v1/abuse/detections/" + detection + "/confirm", "{\"reason\": \"seen in the logs\"}")
                .expect(202)
                .json();
        assertThat(suspects.result(UUID.fromString(job.path("id").asText()))
                        .path("action_taken")
                        .asText())
                .isEqualTo("project_suspended");
        assertThat(suspects.status(project)).isEqualTo("suspended");
        assertThat(suspects.detections(project)).containsExactly("reported_pattern suspended");
        assertThat(suspects.audited("abuse.confirmed", project)).isEqualTo(1);
        SharedServer.operator()
                .post("/v1/abuse/detections/" + detection + "/dismiss", "{\"reason\": \"too late\"}")
                .expect(409);
    }

    @Test
    void suspendsAReportedPatternThatARuleConfirms() {
        String project = suspects.project(6_000);
        suspects.enforce(project);
        database.execute("""
                insert into abuse_key_activity (project_id, kind, bucket_start, quantity)
                select ?, 'created',
                    to_timestamp(floor(extract(epoch from sluice_now()) / 300) * 300) - interval '5 minutes' * nth, 60
                from generate_series(0, 2) nth
                """, project);
        assertThat(suspects.decide(project, "suspicious_pattern")
                        .path("action_taken")
                        .asText())
                .isEqualTo("project_suspended");
        assertThat(suspects.detections(project)).containsExactly("key_creation suspended");
    }

    @Test
    void reportsInADryRunAndWritesNothingButTheAuditOfWhatItConfirmed() {
        String abusive = suspects.spiking();
        String quiet = suspects.project(6_000);
        suspects.enforce(abusive, quiet);
        Map<String, String> before = withoutAudit(abusive, quiet);
        JsonNode confirmed = suspects.decide(abusive, "excessive_usage", ", \"enforce_action\": false");
        JsonNode denied = suspects.decide(quiet, "excessive_usage", ", \"enforce_action\": false");
        assertThat(confirmed.path("abuse_confirmed").asBoolean()).isTrue();
        assertThat(confirmed.path("action_taken").asText()).isEqualTo("logged_only");
        assertThat(denied.path("abuse_confirmed").asBoolean()).isFalse();
        assertThat(withoutAudit(abusive, quiet)).isEqualTo(before);
        assertThat(suspects.audited("abuse.detected", abusive)).isEqualTo(1);
        assertThat(suspects.audited("abuse.detected", quiet)).isZero();
    }

    @Test
    void isTriedOnceAndFailsForAProjectThatDoesNotExist() {
        UUID job = suspects.start(
                "auto_suspend", "{\"project_id\": \"no-such-project\", \"pattern_type\": \"error_spike\"}");
        assertThat(suspects.end(job)).containsEntry("status", "failed").containsEntry("attempts", 1);
        assertThat(database.<Integer>value("select max_attempts from jobs where id = ?", job))
                .isEqualTo(1);
        SharedServer.operator()
                .post(
                        "/v1/abuse/signals",
                        "{\"project_id\": \"no-such-project\", \"pattern\": \"error_spike\", \"metrics\": {}}")
                .expect(404);
    }

    private Map<String, String> withoutAudit(String... projects) {
        Map<String, String> rows = suspects.rows(projects);
        assertThat(rows).containsKeys("projects", "abuse_detections", "suspensions", "events", "notices");
        rows.remove("audit_entries");
        return rows;
    }

    private JsonNode signal(Api caller, String project, String pattern, String metrics) {
        JsonNode job = caller.post(
                        "/v1/abuse/signals",
                        "{\"project_id\": \"%s\", \"pattern\": \"%s\", \"metrics\": %s, \"evidence\": {\"by\": \"a test\"}}"
                                .formatted(project, pattern, metrics))
                .expect(202)
                .json();
        assertThat(job.path("type").asText()).isEqualTo("auto_suspend");
        return suspects.result(UUID.fromString(job.path("id").asText()));
    }

    private static List<String> events(String project) {
        return database.query("select type from events where project_id = ? order by id", project).stream()
                .map(row -> String.valueOf(row.get("type")))
                .toList();
    }
}
