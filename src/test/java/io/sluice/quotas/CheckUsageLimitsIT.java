package io.sluice.quotas;

import static io.sluice.quotas.Limits.METRIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a check does about usage, once it has found it. */
@ExtendWith(QuietCalendar.class)
class CheckUsageLimitsIT {
    private static TestDatabase database;
    private static Limits limits;

    @BeforeAll
    static void useTheSharedNode() {
        SharedServer.node();
        database = SharedServer.database();
        limits = new Limits(database);
    }

    @Test
    void doesTheSameOnceHoweverOftenItRuns() {
        String over = limits.project(100L, 200L, 200);
        String near = limits.project(100L, 200L, 85);
        for (int run = 0; run < 10; run++) {
            limits.check(over, near);
        }
        assertThat(limits.suspensions(over)).isEqualTo(1);
        assertThat(limits.audited("project.auto_suspended", over)).isEqualTo(1);
        assertThat(limits.warnings(over)).isEmpty();
        assertThat(limits.warnings(near)).containsExactly(80);
    }

    @Test
    void threeChecksAtTheSameTimeSuspendOnceAndWarnOnce() {
        List<String> projects = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            projects.add(limits.project(100L, 200L, i % 2 == 0 ? 200 : 95));
        }
        String payload = "{\"project_ids\": " + Limits.json(projects) + "}";
        List<UUID> jobs =
                IntStream.range(0, 3).mapToObj(i -> limits.start(payload)).toList();
        long suspended = 0;
        long warned = 0;
        for (UUID job : jobs) {
            JsonNode result = limits.result(job);
            suspended += result.path("projects_suspended").asLong();
            warned += result.path("warnings_sent").asLong();
        }
        assertThat(suspended).isEqualTo(10);
        assertThat(warned).isEqualTo(10);
        for (int i = 0; i < 20; i++) {
            String project = projects.get(i);
            assertThat(limits.suspensions(project)).isEqualTo(i % 2 == 0 ? 1 : 0);
            assertThat(limits.audited("project.auto_suspended", project)).isEqualTo(i % 2 == 0 ? 1 : 0);
            assertThat(limits.warnings(project)).isEqualTo(i % 2 == 0 ? List.of() : List.of(90));
        }
    }

    @Test
    void namesEveryReachedCapInOneSuspensionAndWarnsAboutOtherMetrics() {
        String project = limits.project(100L, 200L, 250);
        limits.quota(project, METRIC, "day", 10L, 20L);
        limits.use(project, METRIC, "day", 19);
        limits.quota(project, "requests", "day", 5L, 5L);
        limits.use(project, "requests", "day", 5);
        limits.quota(project, "errors", "month", 10L, null);
        limits.use(project, "errors", "month", 9);

        UUID job = limits.start("{\"project_ids\": [\"" + project + "\"]}");
        JsonNode result = limits.result(job);

        assertThat(result.path("projects_suspended").asInt()).isEqualTo(1);
        assertThat(result.path("actions_total").asInt()).isEqualTo(3);
        List<Map<String, Object>> rows =
                database.query("select exceeded::text, job_id from suspensions where project_id = ?", project);
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0)).containsEntry("job_id", job);
        JsonNode exceeded = Limits.read(String.valueOf(rows.get(0).get("exceeded")));
        assertThat(exceeded).hasSize(2);
        assertThat(exceeded.get(0).path("metric").asText()).isEqualTo(METRIC);
        assertThat(exceeded.get(0).path("usage").asLong()).isEqualTo(250);
        assertThat(exceeded.get(0).path("hard_cap").asLong()).isEqualTo(200);
        assertThat(exceeded.get(1).path("metric").asText()).isEqualTo("requests");
        assertThat(database.query("select metric, threshold from warnings where project_id = ?", project))
                .containsExactly(Map.of("metric", "errors", "threshold", 90));
    }

    @Test
    void suspendsAtTheFirstUnitOfACapOfZeroAndNeverWhatIsUnused() {
        String used = limits.project(0L, 0L, 1);
        String unused = limits.project(0L, 0L, 0);
        String unlimited = limits.project(null, null, (1L << 53) - 1);
        String noCap = limits.project(0L, null, 50);
        limits.check(used, unused, unlimited, noCap);
        assertThat(limits.status(used)).isEqualTo("suspended");
        assertThat(List.of(unused, unlimited, noCap)).allSatisfy(project -> {
            assertThat(limits.status(project)).isEqualTo("active");
            assertThat(limits.warnings(project)).isEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource({"active, dev", "active, staging"})
    void warnsButDoesNotSuspendOutsideProduction(String status, String environment) {
        String project = limits.project(status, environment);
        limits.quota(project, METRIC, "month", 10L, 20L);
        limits.use(project, METRIC, "month", 25);
        limits.check(project);
        assertThat(limits.status(project)).isEqualTo("active");
        assertThat(limits.warnings(project)).containsExactly(100);
    }

    @Test
    void onlyObservesAQuotaInThatMode() {
        String project = limits.project(10L, 20L, 20);
        database.execute("update project_quotas set mode = 'observe' where project_id = ?", project);
        limits.check(project);
        assertThat(limits.status(project)).isEqualTo("active");
        assertThat(limits.warnings(project)).containsExactly(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"created", "archived", "deleted"})
    void touchesOnlyActiveProjects(String status) {
        String project = limits.project(status, "prod");
        limits.quota(project, METRIC, "month", 10L, 20L);
        limits.use(project, METRIC, "month", 25);
        JsonNode result = limits.check(project);
        assertThat(result.path("projects_checked").asInt()).isZero();
        assertThat(result.path("not_found")).isEmpty();
        assertThat(limits.status(project)).isEqualTo(status);
        assertThat(limits.suspensions(project)).isZero();
        assertThat(limits.warnings(project)).isEmpty();
    }

    @Test
    void listsIdsThatNoProjectHas() {
        String known = limits.project();
        JsonNode result = limits.check(known, "no-such-project", "nor-this-one");
        assertThat(result.path("projects_checked").asInt()).isEqualTo(1);
        assertThat(texts(result.path("not_found"))).containsExactly("no-such-project", "nor-this-one");
    }

    @Test
    void checksOnlyTheNamedMetrics() {
        String project = limits.project(100L, 200L, 85);
        limits.quota(project, "requests", "month", 100L, 200L);
        limits.use(project, "requests", "month", 200);
        limits.checkWith("{\"project_ids\": [\"" + project + "\"], \"metrics\": [\"" + METRIC + "\"]}");
        assertThat(limits.status(project)).isEqualTo("active");
        assertThat(limits.warnings(project)).containsExactly(80);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"check_all\": false}",
                "{\"project_ids\": []}",
                "{\"check_all\": true, \"project_ids\": [\"a\"]}",
                "{\"check_all\": \"true\"}",
                "{\"project_ids\": [null]}",
                "{\"check_all\": true, \"metrics\": [\"no_such_metric\"]}",
                "{\"check_all\": true, \"metrics\": []}",
                "{\"check_all\": true, \"dry_run\": true}"
            })
    void refusesAPayloadThatDoesNotSayWhatToCheck(String payload) {
        Map<String, Object> end = limits.end(limits.start(payload));
        assertThat(end).containsEntry("status", "failed").containsEntry("attempts", 1);
        assertThat(String.valueOf(end.get("last_error"))).contains("payload");
    }

    @Test
    void reportsInADryRunAndWritesNothing() {
        String over = limits.project(100L, 200L, 200);
        String near = limits.project(100L, 200L, 95);
        Map<String, String> before = limits.rows(over, near);
        UUID job =
                limits.start("{\"project_ids\": " + Limits.json(List.of(over, near)) + ", \"enforce_limits\": false}");
        JsonNode result = limits.result(job);
        assertThat(limits.rows(over, near))
                .isEqualTo(before)
                .containsKeys("projects", "suspensions", "warnings", "events", "notices", "audit_entries");
        assertThat(result.path("enforced").asBoolean()).isFalse();
        assertThat(result.path("projects_checked").asInt()).isEqualTo(2);
        assertThat(result.path("projects_suspended").asInt()).isZero();
        assertThat(result.path("warnings_sent").asInt()).isZero();
        assertThat(StreamSupport.stream(result.path("details").spliterator(), false)
                        .map(detail -> detail.path("project_id").asText() + " "
                                + detail.path("action").asText()))
                .containsExactlyInAnyOrder(over + " would_suspend", near + " would_warn");
    }

    @Test
    void warnsAgainOnlyAfterARaisedLimitTookUsageBelowTheBand() {
        String project = limits.project(100L, null, 85);
        limits.check(project);
        limits.quota(project, METRIC, "month", 90L, null);
        limits.check(project);
        assertThat(limits.warnings(project))
                .as("a lowered limit reaches another band")
                .containsExactly(80, 90);
        limits.quota(project, METRIC, "month", 100L, null);
        limits.use(project, METRIC, "month", 10);
        limits.check(project);
        limits.use(project, METRIC, "month", 85);
        limits.check(project);
        assertThat(limits.warnings(project))
                .as("usage that falls and comes back")
                .containsExactly(80, 90);
        limits.quota(project, METRIC, "month", 200L, null);
        limits.check(project);
        limits.use(project, METRIC, "month", 160);
        limits.check(project);
        assertThat(limits.warnings(project)).as("the limit was raised").containsExactly(80, 90, 80);
        limits.check(project);
        assertThat(limits.warnings(project)).containsExactly(80, 90, 80);
    }

    @Test
    void keepsAProjectActiveUntilTheTimeThatItsResolutionNames() {
        String project = limits.project(100L, 200L, 200);
        limits.check(project);
        SharedServer.operator()
                .post(
                        "/v1/projects/" + project + "/suspensions/resolve",
                        "{\"reason\": \"paid\", \"keep_active_until\": \""
                                + database.value(
                                        "select to_char(sluice_now() at time zone 'UTC' + interval '1 day', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
                                + "\"}")
                .expect(200);
        limits.check(project);
        assertThat(limits.status(project)).isEqualTo("active");
        database.execute(
                "update suspensions set keep_active_until = sluice_now() - interval '1 second' where project_id = ?",
                project);
        limits.check(project);
        assertThat(limits.status(project)).isEqualTo("suspended");
        assertThat(limits.suspensions(project)).isEqualTo(2);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
