package io.sluice.quotas;

import static io.sluice.quotas.Limits.METRIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Usage that reaches a band or a cap is acted on within seconds, and never missed. */
@ExtendWith(QuietCalendar.class)
class CrossingIT {
    private static Api api;
    private static TestDatabase database;
    private static Limits limits;

    @BeforeAll
    static void useTheSharedNode() {
        api = SharedServer.operator();
        database = SharedServer.database();
        limits = new Limits(database);
    }

    @Test
    void warnsAndSuspendsAsUsageIsTrackedUpToTheCap() {
        String project = limits.project(100L, 100L, 0);
        track(project, METRIC, 79, null);
        assertThat(limits.checksOf(project)).isZero();
        track(project, METRIC, 1, null);
        limits.awaitActedOn(project, () -> limits.warnings(project).equals(List.of(80)));
        track(project, METRIC, 10, null);
        limits.awaitActedOn(project, () -> limits.warnings(project).equals(List.of(80, 90)));
        track(project, METRIC, 9, null);
        assertThat(limits.checksOf(project)).as("99 reaches nothing new").isEqualTo(2);
        track(project, METRIC, 1, null);
        limits.awaitActedOn(project, () -> limits.status(project).equals("suspended"));

        JsonNode suspension = api.get("/v1/projects/" + project + "/suspensions")
                .expect(200)
                .json()
                .path("items")
                .get(0);
        assertThat(suspension.path("cause").asText()).isEqualTo("hard_cap");
        assertThat(suspension.path("exceeded").get(0).path("usage").asLong()).isEqualTo(100);
        JsonNode actions = api.get("/v1/jobs/" + suspension.path("job_id").asText() + "/actions")
                .expect(200)
                .json();
        assertThat(actions.path("items").get(0).path("action").asText()).isEqualTo("project_suspended");
        assertThat(limits.warnings(project)).containsExactly(80, 90);
    }

    @Test
    void checksEveryProjectThatABatchTakesOverALimit() {
        String one = limits.project(100L, 200L, 50);
        String two = limits.project(100L, 200L, 50);
        String three = limits.project(100L, 200L, 50);
        api.post(
                        "/v1/usage/track",
                        "{\"events\": [" + event(one, METRIC, 40, null) + "," + event(two, METRIC, 5, null) + ","
                                + event(three, METRIC, 150, null) + "]}")
                .expect(202);
        limits.awaitActedOn(one, () -> limits.warnings(one).equals(List.of(90)));
        limits.awaitActedOn(three, () -> limits.status(three).equals("suspended"));
        assertThat(limits.checksOf(two)).isZero();
    }

    @Test
    void neverSuspendsForALateEventOfAPeriodThatIsOver() {
        String project = limits.project();
        limits.quota(project, METRIC, "day", 10L, 10L);
        String yesterday = database.value(
                "select to_char(sluice_now() at time zone 'UTC' - interval '1 day', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
        track(project, METRIC, 50, yesterday);
        assertThat(limits.checksOf(project)).isZero();
        assertThat(limits.check(project).path("actions_total").asInt()).isZero();
        assertThat(limits.status(project)).isEqualTo("active");
    }

    @Test
    void checksAProjectWhoseLimitIsLoweredBelowItsUsage() {
        String project = limits.project(100L, 200L, 60);
        api.put(
                        "/v1/projects/" + project + "/quotas/" + METRIC,
                        "{\"limit\": 90, \"hard_cap\": 90, \"period\": \"month\"}")
                .expect(200);
        assertThat(limits.checksOf(project)).isZero();
        api.put(
                        "/v1/projects/" + project + "/quotas/" + METRIC,
                        "{\"limit\": 60, \"hard_cap\": 60, \"period\": \"month\"}")
                .expect(200);
        limits.awaitActedOn(project, () -> limits.status(project).equals("suspended"));
    }

    @Test
    void checksProjectsWhosePlanIsChangedOrWhoGetAnotherPlan() {
        String plan = "plan-" + UUID.randomUUID();
        api.post("/v1/plans", plan(plan, 1000)).expect(201);
        String project = limits.project();
        limits.use(project, METRIC, "month", 60);
        api.patch("/v1/projects/" + project, "{\"plan\": \"" + plan + "\"}").expect(200);
        assertThat(limits.checksOf(project)).isZero();
        api.put("/v1/plans/" + plan, plan(plan, 70)).expect(200);
        limits.awaitActedOn(project, () -> limits.warnings(project).equals(List.of(80)));
        String strict = "plan-" + UUID.randomUUID();
        api.post("/v1/plans", plan(strict, 60)).expect(201);
        api.patch("/v1/projects/" + project, "{\"plan\": \"" + strict + "\"}").expect(200);
        limits.awaitActedOn(project, () -> limits.status(project).equals("suspended"));
    }

    @Test
    void aCrossingDuringARunningCheckCausesAnotherCheck() throws SQLException {
        String project = limits.project(100L, 100L, 0);
        limits.quota(project, "requests", "month", 100L, 200L);
        try (Connection barrier = database.connect();
                Statement statement = barrier.createStatement()) {
            barrier.setAutoCommit(false);
            statement.execute("select 1 from plans where name = 'default' for update");
            track(project, METRIC, 100, null);
            limits.awaitBlocked("from plans");
            assertThat(limits.checksOf(project)).isEqualTo(1);
            track(project, "requests", 85, null);
            assertThat(limits.checksOf(project)).isEqualTo(2);
            track(project, "requests", 10, null);
            barrier.rollback();
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> limits.status(project).equals("suspended")
                        && database.count(
                                        "select count(*) from jobs where project_id = ? and status <> 'completed'",
                                        project)
                                == 0);
    }

    @Test
    void neitherTrackingNorALoweredLimitMissesTheOther() throws Exception {
        String project = limits.project(1000L, 2000L, 10);
        try (Connection barrier = database.connect();
                Statement statement = barrier.createStatement()) {
            barrier.setAutoCommit(false);
            statement.execute("select 1 from usage_counters where project_id = '" + project + "' for update");
            CompletableFuture<Answer> tracking = CompletableFuture.supplyAsync(() -> track(project, METRIC, 75, null));
            limits.awaitBlocked("usage_counters");
            CompletableFuture<Answer> lowering = CompletableFuture.supplyAsync(() -> api.put(
                    "/v1/projects/" + project + "/quotas/" + METRIC,
                    "{\"limit\": 100, \"hard_cap\": 200, \"period\": \"month\"}"));
            limits.awaitBlocked("pg_advisory_xact_lock");
            barrier.rollback();
            tracking.join().expect(202);
            lowering.join().expect(200);
        }
        limits.awaitActedOn(project, () -> limits.warnings(project).equals(List.of(80)));
    }

    /** Or one forgotten session on a plan would hold back the counting of all projects. */
    @Test
    void trackingGoesOnWhileAPlanThatIsReplacedBelongsToSomebodyElse() throws SQLException {
        String plan = "plan-" + UUID.randomUUID();
        api.post("/v1/plans", plan(plan, 100)).expect(201);
        String project = limits.project();
        try (Connection barrier = database.connect();
                Statement statement = barrier.createStatement()) {
            barrier.setAutoCommit(false);
            statement.execute("select 1 from plans where name = '" + plan + "' for update");
            CompletableFuture<Answer> replacing =
                    CompletableFuture.supplyAsync(() -> api.put("/v1/plans/" + plan, plan(plan, 70)));
            limits.awaitBlocked("plans");
            track(project, METRIC, 1, null);
            assertThat(replacing).isNotDone();
            barrier.rollback();
            replacing.join().expect(200);
        }
    }

    private static Answer track(String project, String metric, long quantity, String occurredAt) {
        return api.post("/v1/usage/track", event(project, metric, quantity, occurredAt))
                .expect(202);
    }

    private static String event(String project, String metric, long quantity, String occurredAt) {
        return "{\"project_id\": \"%s\", \"metric\": \"%s\", \"quantity\": %d, \"event_id\": \"%s\"%s}"
                .formatted(
                        project,
                        metric,
                        quantity,
                        UUID.randomUUID(),
                        occurredAt == null ? "" : ", \"occurred_at\": \"" + occurredAt + "\"");
    }

    private static String plan(String name, long limit) {
        return "{\"name\": \"%s\", \"quotas\": [{\"metric\": \"%s\", \"limit\": %d, \"hard_cap\": %d, \"period\": \"month\"}]}"
                .formatted(name, METRIC, limit, limit);
    }
}
