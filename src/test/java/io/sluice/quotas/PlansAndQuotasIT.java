package io.sluice.quotas;

import static io.sluice.quotas.Limits.METRIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits over HTTP: who gives them, who may change them, and what holds in the end. */
@ExtendWith(QuietCalendar.class)
class PlansAndQuotasIT {
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
    void theProjectsQuotaComesBeforeThePlansAndThePlansBeforeTheDefault() {
        String plan = plan("{\"metric\": \"db_queries\", \"limit\": 500, \"hard_cap\": 600, \"period\": \"month\"}");
        String project = limits.project();
        assertThat(quota(project, "month").path("source").asText()).isEqualTo("default");
        assertThat(quota(project, "month").path("limit").asLong()).isEqualTo(1_000_000);

        api.patch("/v1/projects/" + project, "{\"plan\": \"" + plan + "\"}").expect(200);
        assertThat(quota(project, "month").path("source").asText()).isEqualTo("plan");
        assertThat(quota(project, "month").path("hard_cap").asLong()).isEqualTo(600);
        assertThat(items(project)).as("what the plan leaves out").hasSize(5);

        put(project, "{\"limit\": null, \"hard_cap\": null, \"period\": \"month\"}")
                .expect(200);
        assertThat(quota(project, "month").path("source").asText()).isEqualTo("project");
        assertThat(quota(project, "month").path("limit").isNull()).isTrue();
        assertThat(quota(project, "month").path("usage_percentage").isNull()).isTrue();

        put(project, "{\"limit\": 3, \"hard_cap\": 3, \"period\": \"day\"}").expect(200);
        limits.use(project, METRIC, "day", 2);
        assertThat(quota(project, "day").path("usage_percentage").decimalValue())
                .isEqualByComparingTo("66.66");
        assertThat(items(project)).as("day and month side by side").hasSize(6);

        api.delete("/v1/projects/" + project + "/quotas/db_queries?period=month")
                .expect(204);
        assertThat(quota(project, "month").path("source").asText()).isEqualTo("plan");
        assertThat(quota(project, "day").path("source").asText()).isEqualTo("project");
    }

    @Test
    void aStaleWriterChangesNothing() {
        String project = limits.project();
        String inherited = read(project).header("ETag");
        Answer first = put(project, "{\"limit\": 10, \"hard_cap\": 20, \"period\": \"month\"}", "If-Match", inherited)
                .expect(200);
        put(project, "{\"limit\": 11, \"hard_cap\": 20, \"period\": \"month\"}", "If-Match", inherited)
                .expect(412);
        api.delete("/v1/projects/" + project + "/quotas/db_queries?period=month", "If-Match", inherited)
                .expect(412);
        assertThat(quota(project, "month").path("limit").asLong()).isEqualTo(10);
        assertThat(read(project).header("ETag")).isEqualTo(first.header("ETag"));

        String plan = plan("{\"metric\": \"errors\", \"limit\": 1, \"hard_cap\": 2, \"period\": \"day\"}");
        String read = api.get("/v1/plans/" + plan).expect(200).header("ETag");
        api.put("/v1/plans/" + plan, "{\"quotas\": []}", "If-Match", read).expect(200);
        api.put("/v1/plans/" + plan, "{\"quotas\": []}", "If-Match", read).expect(412);
        api.delete("/v1/plans/" + plan, "If-Match", read).expect(412);
    }

    @Test
    void everyChangeIsAuditedWithWhatWasBeforeAndAfter() {
        String project = limits.project();
        put(project, "{\"limit\": 10, \"hard_cap\": 20, \"period\": \"month\"}").expect(200);
        put(project, "{\"limit\": 30, \"hard_cap\": 40, \"period\": \"month\"}").expect(200);
        Map<String, Object> latest = database.query(
                        "select before::text, after::text from audit_entries where project_id = ? and action = 'quota.updated' order by id desc",
                        project)
                .get(0);
        assertThat(Limits.read(String.valueOf(latest.get("before")))
                        .path("hard_cap")
                        .asLong())
                .isEqualTo(20);
        assertThat(Limits.read(String.valueOf(latest.get("after")))
                        .path("hard_cap")
                        .asLong())
                .isEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"limit\": 1, \"period\": \"day\"}",
                "{\"hard_cap\": 1, \"period\": \"day\"}",
                "{\"limit\": 2, \"hard_cap\": 1, \"period\": \"day\"}",
                "{\"limit\": -1, \"hard_cap\": 1, \"period\": \"day\"}",
                "{\"limit\": 1, \"hard_cap\": 9007199254740992, \"period\": \"day\"}",
                "{\"limit\": 1, \"hard_cap\": 18446744073709551616, \"period\": \"day\"}",
                "{\"limit\": 1.5, \"hard_cap\": 2, \"period\": \"day\"}",
                "{\"limit\": \"1\", \"hard_cap\": 2, \"period\": \"day\"}",
                "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"week\"}",
                "{\"limit\": 1, \"hard_cap\": 2, \"period\": null}",
                "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"day\", \"warn_at\": [90, 80]}",
                "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"day\", \"warn_at\": [0]}",
                "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"day\", \"warn_at\": [null]}",
                "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"day\", \"warn_at\": [80, 80]}",
                "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"day\", \"mode\": \"off\"}",
                "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"day\", \"cap\": 2}"
            })
    void refusesAQuotaThatBreaksARule(String body) {
        String project = limits.project();
        assertThat(put(project, body).expect(400).code()).isEqualTo("VALIDATION_ERROR");
        assertThat(database.count("select count(*) from project_quotas where project_id = ?", project))
                .isZero();
    }

    @Test
    void refusesPlansThatBreakARuleOrAreInUse() {
        api.post("/v1/plans", "{\"name\": \"no spaces\", \"quotas\": []}").expect(400);
        String plan = plan("{\"metric\": \"errors\", \"limit\": 1, \"hard_cap\": 2, \"period\": \"day\"}");
        api.post("/v1/plans", "{\"name\": \"" + plan + "\", \"quotas\": []}").expect(409);
        String twice = "{\"metric\": \"errors\", \"limit\": 1, \"hard_cap\": 2, \"period\": \"day\"}";
        api.put("/v1/plans/" + plan, "{\"quotas\": [" + twice + "," + twice + "]}")
                .expect(400);
        api.put(
                        "/v1/plans/" + plan,
                        "{\"quotas\": [{\"metric\": \"nope\", \"limit\": 1, \"hard_cap\": 2, \"period\": \"day\"}]}")
                .expect(400);
        String project = limits.project();
        api.patch("/v1/projects/" + project, "{\"plan\": \"" + plan + "\"}").expect(200);
        api.delete("/v1/plans/" + plan).expect(409);
        api.delete("/v1/plans/default").expect(409);
        api.get("/v1/plans/no-such-plan").expect(404);
        api.put("/v1/projects/" + project + "/quotas/nope", "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"day\"}")
                .expect(404);
        api.put("/v1/projects/no-such-project/quotas/errors", "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"day\"}")
                .expect(404);
    }

    @Test
    void anOwnerReadsItsLimitsAndChangesNothing() {
        String project = limits.project(100L, 200L, 200);
        String foreign = limits.project();
        Api owner = api.as(api.post(
                        "/v1/tokens", "{\"name\": \"owner\", \"role\": \"owner\", \"projects\": [\"" + project + "\"]}")
                .expect(201)
                .json()
                .path("token")
                .asText());
        limits.check(project);
        for (String what : List.of("quotas", "warnings", "suspensions")) {
            owner.get("/v1/projects/" + project + "/" + what).expect(200);
            owner.get("/v1/projects/" + foreign + "/" + what).expect(404);
        }
        owner.put(
                        "/v1/projects/" + project + "/quotas/db_queries",
                        "{\"limit\": 1, \"hard_cap\": 2, \"period\": \"day\"}")
                .expect(403);
        owner.delete("/v1/projects/" + project + "/quotas/db_queries?period=month")
                .expect(403);
        owner.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"x\"}")
                .expect(403);
        owner.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"x\"}")
                .expect(403);
        owner.get("/v1/plans").expect(403);
        owner.get("/v1/warnings").expect(403);
        String job = database.query("select job_id::text as job from suspensions where project_id = ?", project)
                .get(0)
                .get("job")
                .toString();
        owner.get("/v1/jobs/" + job + "/actions").expect(404);
        api.get("/v1/jobs/" + job + "/actions").expect(200);
    }

    @Test
    void suspendsAndResolvesAgainAndAgainAndKeepsTheHistory() {
        String project = limits.project();
        String path = "/v1/projects/" + project + "/suspensions";
        api.post(path + "/resolve", "{\"reason\": \"nothing to resolve\"}").expect(409);
        for (int i = 1; i <= 3; i++) {
            api.post(path, "{\"reason\": \"reason " + i + "\"}").expect(201);
            api.post(path, "{\"reason\": \"again\"}").expect(409);
            api.put("/v1/projects/" + project + "/status", "{\"status\": \"active\", \"reason\": \"x\"}")
                    .expect(409);
            assertThat(limits.status(project)).isEqualTo("suspended");
            api.post(path + "/resolve", "{\"reason\": \"resolution " + i + "\"}")
                    .expect(200);
            assertThat(limits.status(project)).isEqualTo("active");
        }
        JsonNode history = api.get(path).expect(200).json().path("items");
        assertThat(history).hasSize(3);
        assertThat(history.get(0).path("reason").asText()).isEqualTo("reason 3");
        assertThat(history.get(0).path("resolution").asText()).isEqualTo("resolution 3");
        assertThat(history.get(0).path("cause").asText()).isEqualTo("operator");
        assertThat(limits.audited("project.suspended", project)).isEqualTo(3);
        assertThat(limits.audited("project.activated", project)).isEqualTo(3);
        api.post(path + "/resolve", "{\"reason\": \"x\", \"keep_active_until\": \"2020-01-01T00:00:00Z\"}")
                .expect(400);
        api.post(path, "{\"reason\": \" \"}").expect(400);
        api.post("/v1/projects/no-such-project/suspensions", "{\"reason\": \"x\"}")
                .expect(404);
    }

    @Test
    void pagesThroughEverythingACheckDid() {
        String[] projects = new String[7];
        for (int i = 0; i < projects.length; i++) {
            projects[i] = limits.project(100L, null, 85);
        }
        UUID job = limits.start("{\"project_ids\": " + Limits.json(List.of(projects)) + "}");
        assertThat(limits.result(job).path("actions_total").asInt()).isEqualTo(7);
        int seen = 0;
        String cursor = "";
        do {
            JsonNode page = api.get("/v1/jobs/" + job + "/actions?limit=3" + cursor)
                    .expect(200)
                    .json();
            seen += page.path("items").size();
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        assertThat(seen).isEqualTo(7);
        JsonNode warnings = api.get("/v1/projects/" + projects[0] + "/warnings")
                .expect(200)
                .json()
                .path("items");
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0).path("threshold").asInt()).isEqualTo(80);
    }

    private static String plan(String quota) {
        String name = "plan-" + UUID.randomUUID();
        api.post("/v1/plans", "{\"name\": \"" + name + "\", \"quotas\": [" + quota + "]}")
                .expect(201);
        return name;
    }

    private static Answer put(String project, String body, String... headers) {
        return api.put("/v1/projects/" + project + "/quotas/db_queries", body, headers);
    }

    private static Answer read(String project) {
        return api.get("/v1/projects/" + project + "/quotas/db_queries?period=month")
                .expect(200);
    }

    private static JsonNode items(String project) {
        return api.get("/v1/projects/" + project + "/quotas").expect(200).json().path("items");
    }

    private static JsonNode quota(String project, String period) {
        for (JsonNode item : items(project)) {
            if (item.path("metric").asText().equals("db_queries")
                    && item.path("period").asText().equals(period)) {
                return item;
            }
        }
        throw new AssertionError("no quota of db_queries per " + period);
    }
}
