package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Monitoring that reports the same pattern of a project again and again. */
class ReportedPatternIT {
    private static TestDatabase database;
    private static Suspects suspects;

    @BeforeAll
    static void useTheSharedNode() {
        SharedServer.operator()
                .post("/v1/schedules/hourly-abuse-detection/pause", null)
                .expect(200);
        database = SharedServer.database();
        suspects = new Suspects(database);
    }

    @AfterEach
    void end() {
        suspects.forget();
    }

    @Test
    void isKeptForOperatorsEachTimeAndToldOfOnceIn24Hours() {
        String project = suspects.project(6_000);
        assertThat(actionOnReport(project)).isEqualTo("warning_sent");
        assertThat(told(project)).isEqualTo(1);
        makeReportsOlder(project, "15 minutes");
        assertThat(actionOnReport(project)).isEqualTo("logged_only");
        assertThat(told(project)).isEqualTo(1);
        makeReportsOlder(project, "24 hours");
        assertThat(actionOnReport(project)).isEqualTo("warning_sent");
        assertThat(told(project)).isEqualTo(2);
        assertThat(suspects.detections(project))
                .hasSize(3)
                .allMatch(found -> found.equals("reported_pattern needs_confirmation"));
    }

    private static String actionOnReport(String project) {
        return suspects.decide(project, "suspicious_pattern")
                .path("action_taken")
                .asText();
    }

    private static long told(String project) {
        return database.count("select count(*) from events where project_id = ? and type = 'abuse.suspected'", project);
    }

    private static void makeReportsOlder(String project, String by) {
        database.execute("""
                update abuse_detections
                set detected_at = detected_at - given.by, window_start = window_start - given.by,
                    window_end = window_end - given.by
                from (select cast(? as interval) as by) given
                where project_id = ?
                """, by, project);
    }
}
