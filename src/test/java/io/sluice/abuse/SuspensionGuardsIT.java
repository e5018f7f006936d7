package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a project that looks abusive from being suspended, and that it is suspended once nothing does any more. */
class SuspensionGuardsIT {
    /** What stands in the way of a suspension, and how it comes about. */
    private static final Map<String, String> OBSTACLES = Map.of(
            "exempt",
            "insert into abuse_exemptions (project_id, kind, reason, starts_at, created_by)"
                    + " values (?, 'exemption', 'r', sluice_now() - interval '1 day', 't')",
            "planned_spike",
            "insert into abuse_exemptions (project_id, kind, reason, starts_at, ends_at, created_by) values"
                    + " (?, 'planned_spike', 'r', sluice_now() - interval '1 day', sluice_now() + interval '1 day', 't')",
            "plan_changed",
            "insert into abuse_term_changes values (?, sluice_now() - interval '59 minutes')",
            "protected",
            "insert into suspensions (project_id, cause, reason, suspended_by, resolved_at, resolved_by, resolution,"
                    + " keep_active_until) values (?, 'hard_cap', 'r', 't', sluice_now() - interval '9 days', 't', 'r',"
                    + " sluice_now() + interval '1 hour')",
            "recently_resolved",
            "insert into suspensions (project_id, cause, reason, suspended_by, resolved_at, resolved_by, resolution)"
                    + " values (?, 'abuse', 'r', 't', sluice_now() - interval '23 hours', 't', 'r')");

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

    @ParameterizedTest
    @ValueSource(strings = {"created", "suspended", "archived", "deleted"})
    void touchesOnlyActiveProjects(String status) {
        String project = suspects.spiking(status, "prod");
        suspects.enforce(project);
        JsonNode result = suspects.decide(project, "excessive_usage");
        assertThat(result.path("abuse_confirmed").asBoolean()).isFalse();
        assertThat(result.path("action_taken").asText()).isEqualTo("logged_only");
        assertThat(suspects.status(project)).isEqualTo(status);
        assertThat(suspects.suspensions(project)).isZero();
        assertThat(suspects.detect(project).path("projects_checked").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "staging"})
    void suspendsOnlyInProduction(String environment) {
        String project = suspects.spiking("active", environment);
        suspects.enforce(project);
        suspects.decide(project, "excessive_usage");
        assertThat(suspects.status(project)).isEqualTo("active");
        assertThat(suspects.detections(project)).containsExactly("usage_spike flagged environment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exempt", "planned_spike", "plan_changed", "protected", "recently_resolved"})
    void leavesAlone(String withheld) {
        String project = suspects.spiking();
        suspects.enforce(project);
        database.execute(Objects.requireNonNull(OBSTACLES.get(withheld)), project);
        JsonNode result = suspects.decide(project, "excessive_usage");
        assertThat(result.path("abuse_confirmed").asBoolean()).isFalse();
        assertThat(suspects.status(project)).isEqualTo("active");
        assertThat(suspects.detections(project)).containsExactly("usage_spike flagged " + withheld);
        for (String table : List.of("abuse_exemptions", "abuse_term_changes")) {
            database.execute("delete from " + table + " where project_id = ?", project);
        }
        database.execute(
                "update suspensions set resolved_at = resolved_at - interval '25 hours',"
                        + " keep_active_until = null where project_id = ?",
                project);
        assertThat(suspects.decide(project, "excessive_usage")
                        .path("action_taken")
                        .asText())
                .as("what stood in the way is gone")
                .isEqualTo("project_suspended");
    }

    @Test
    void aChangeOfPlanHoldsSuspensionsBackForAnHour() {
        String project = Tenants.create();
        SharedServer.operator()
                .patch("/v1/projects/" + project, "{\"plan\": \"default\"}")
                .expect(200);
        assertThat(database.count("select count(*) from abuse_term_changes where project_id = ?", project))
                .isEqualTo(1);
    }

    @Test
    void judgesNoSpikeBeforeSevenDaysOfHistory() {
        String project = suspects.spiking();
        suspects.enforce(project);
        database.execute(
                "update abuse_baselines set first_at = sluice_now() - interval '6 days 23 hours' where project_id = ?",
                project);
        suspects.decide(project, "excessive_usage");
        assertThat(suspects.detections(project)).isEmpty();
        assertThat(suspects.status(project)).isEqualTo("active");
    }
}
