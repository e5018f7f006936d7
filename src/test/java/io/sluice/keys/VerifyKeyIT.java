package io.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a key is worth, and how that is counted. */
class VerifyKeyIT {
    private final Api operator = SharedServer.operator();
    private final TestDatabase database = SharedServer.database();
    private final Keys keys = Keys.shared();
    private final String project = Tenants.create();

    @Test
    void tellsWhoseKeyItIsAndWhatItMayDo() {
        Keys.Made made = keys.make(project, "{\"name\": \"a\", \"scopes\": [\"orders:read\", \"orders\"]}");
        JsonNode verdict = keys.verdict(made.secret(), ", \"scope\": \"orders:read\"");
        assertThat(verdict.path("valid").asBoolean()).isTrue();
        assertThat(verdict.path("code").asText()).isEqualTo("VALID");
        assertThat(verdict.path("project_id").asText()).isEqualTo(project);
        assertThat(verdict.path("key_id").asText()).isEqualTo(made.id());
        assertThat(verdict.path("scopes").toString()).isEqualTo("[\"orders:read\",\"orders\"]");
        assertThat(verdict.path("remaining").isNull()).isTrue();
        for (String scope : List.of("orders:write", "order", "orders:read,orders", "*", "")) {
            JsonNode refused = keys.verdict(made.secret(), ", \"scope\": \"" + scope + "\"");
            assertThat(refused.path("code").asText()).as(scope).isEqualTo("SCOPE_MISSING");
            assertThat(refused.path("valid").asBoolean()).isFalse();
        }
        Keys.Made without = keys.make(project);
        assertThat(keys.verdict(without.secret(), ", \"scope\": \"orders\"")
                        .path("code")
                        .asText())
                .isEqualTo("SCOPE_MISSING");
        keys.expectCode(KeyText.generate("prod"), "UNKNOWN");
    }

    @Test
    void comparesWithWhatIsLeftOfTheProjectsQuota() {
        Keys.Made made = keys.make(project);
        operator.put(
                        "/v1/projects/" + project + "/quotas/requests",
                        "{\"limit\": 100, \"hard_cap\": 120, \"period\": \"month\"}")
                .expect(200);
        operator.put(
                        "/v1/projects/" + project + "/quotas/requests",
                        "{\"limit\": 10, \"hard_cap\": 50, \"period\": \"day\"}")
                .expect(200);
        operator.put(
                        "/v1/projects/" + project + "/quotas/errors",
                        "{\"limit\": 1, \"hard_cap\": 1, \"period\": \"month\", \"mode\": \"observe\"}")
                .expect(200);
        Tenants.track(project, "requests", 30, "e", null).expect(202);
        assertThat(question(made, "requests", 0)).isEqualTo("VALID 20");
        assertThat(question(made, "requests", 20)).isEqualTo("VALID 20");
        assertThat(question(made, "requests", 21)).isEqualTo("QUOTA_EXCEEDED 20");
        assertThat(question(made, "requests", 9007199254740991L)).isEqualTo("QUOTA_EXCEEDED 20");
        assertThat(question(made, "errors", 5)).isEqualTo("VALID null");
        Keys.Made successor = Keys.Made.of(keys.rotate(made.id(), "{}").expect(201));
        assertThat(question(successor, "requests", 20)).isEqualTo("VALID 20");
        assertThat(question(made, "requests", 21)).isEqualTo("QUOTA_EXCEEDED 20");
        assertThat(Tenants.used(project, "requests", "day")).isEqualTo(30);
        operator.post("/v1/keys/verify", "{\"key\": \"" + made.secret() + "\", \"metric\": \"no-such\"}")
                .expect(400);
        operator.post("/v1/keys/verify", "{\"key\": \"" + made.secret() + "\", \"amount\": 1}")
                .expect(400);
    }

    /** A gateway refuses nobody for a cap that the check lets pass. */
    @Test
    void capsThatSuspendNobodyRefuseNoKey() {
        String tested = Tenants.create();
        operator.patch("/v1/projects/" + tested, "{\"environment\": \"dev\"}").expect(200);
        String protectedOne = Tenants.create();
        operator.post("/v1/projects/" + protectedOne + "/suspensions", "{\"reason\": \"Unpaid.\"}")
                .expect(201);
        String friday =
                database.value("select to_char(sluice_now() + interval '2 days', 'YYYY-MM-DD') || 'T00:00:00Z'");
        operator.post(
                        "/v1/projects/" + protectedOne + "/suspensions/resolve",
                        "{\"reason\": \"Pays by Friday.\", \"keep_active_until\": \"" + friday + "\"}")
                .expect(200);
        for (String passed : List.of(tested, protectedOne)) {
            Keys.Made made = keys.make(passed);
            operator.put(
                            "/v1/projects/" + passed + "/quotas/requests",
                            "{\"limit\": 50, \"hard_cap\": 50, \"period\": \"month\"}")
                    .expect(200);
            Tenants.track(passed, "requests", 60, "e", null).expect(202);
            assertThat(question(made, "requests", 0)).as(passed).isEqualTo("VALID null");
            assertThat(question(made, "requests", 1)).as(passed).isEqualTo("VALID null");
        }
    }

    private String question(Keys.Made made, String metric, long amount) {
        JsonNode verdict = keys.verdict(made.secret(), ", \"metric\": \"" + metric + "\", \"amount\": " + amount);
        return verdict.path("code").asText() + " " + verdict.path("remaining").asText();
    }

    @Test
    void refusesTheKeysOfASuspendedProjectWithTheReason() {
        Keys.Made made = keys.make(project);
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"Unpaid since May.\"}")
                .expect(201);
        JsonNode refused = keys.verdict(made.secret());
        assertThat(refused.path("code").asText()).isEqualTo("PROJECT_SUSPENDED");
        assertThat(refused.path("reason").asText()).isEqualTo("Unpaid since May.");
        assertThat(refused.path("project_id").asText()).isEqualTo(project);
        operator.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"Paid.\"}")
                .expect(200);
        keys.expectCode(made.secret(), "VALID");
        operator.put("/v1/projects/" + project + "/status", "{\"status\": \"archived\", \"reason\": \"test\"}")
                .expect(200);
        assertThat(keys.verdict(made.secret()).path("reason").asText()).isEqualTo("The project is archived.");
    }

    @Test
    void refusesGarbageWithoutAskingTheDatabase() throws Exception {
        Keys.Made made = keys.make(project);
        String broken = made.secret().substring(0, 44) + (made.secret().endsWith("0") ? "1" : "0");
        keys.expectCode(made.secret(), "VALID");
        try (Connection connection = database.connect();
                Statement lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("lock table api_keys, api_key_uses, api_key_handovers, projects, suspensions"
                    + " in access exclusive mode");
            for (String garbage : List.of("", "x", broken, "slk_prod_" + "0".repeat(36), "é".repeat(1_000))) {
                assertThat(answerWithin(10, garbage)).as(garbage).isEqualTo("UNKNOWN");
                assertThat(keys.leaked(garbage, "revoke")
                                .expect(200)
                                .json()
                                .path("action")
                                .asText())
                        .isEqualTo("none");
            }
            String wellFormed = KeyText.generate("prod");
            assertThatThrownBy(() -> answerWithin(2, wellFormed))
                    .as("the lock holds up whoever asks the database")
                    .isInstanceOf(TimeoutException.class);
            connection.rollback();
        }
        keys.expectCode(made.secret(), "VALID");
    }

    private String answerWithin(int seconds, String text) throws Exception {
        return CompletableFuture.supplyAsync(() -> keys.code(text)).get(seconds, TimeUnit.SECONDS);
    }

    @Test
    void countsUsesInBatchesAndNeverPerRequest() throws SQLException {
        Keys.Made made = keys.make(project);
        Keys.Made idle = keys.make(project);
        for (int i = 0; i < 7; i++) {
            keys.expectCode(made.secret(), "VALID");
        }
        keys.verdict(made.secret(), ", \"scope\": \"none\"");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> usage(made).path("total").asLong() == 8);
        long written = database.count("select count(*) from api_key_uses where key_id = cast(? as uuid)", made.id());
        assertThat(written).isBetween(1L, 2L);
        JsonNode usage = usage(made);
        assertThat(usage.path("success").asLong()).isEqualTo(7);
        assertThat(usage.path("error").asLong()).isEqualTo(1);
        assertThat(usage.path("success_rate").asDouble()).isEqualTo(87.5);
        assertThat(usage.at("/lately/day").asLong()).isEqualTo(8);
        assertThat(usage.path("last_used_at").isNull()).isFalse();
        assertThat(usage(idle).path("success_rate").isNull()).isTrue();
        assertThat(usage(idle).path("last_used_at").isNull()).isTrue();
        assertThat(keys.get(made.id()).path("last_used_at")).isEqualTo(usage.path("last_used_at"));
    }

    @Test
    void addsUsesUpByHoursAndDays() {
        Keys.Made made = keys.make(project);
        for (Map.Entry<String, Integer> each : Map.of(
                        "2026-03-01T22:00:00Z", 1, "2026-03-01T23:00:00Z", 2, "2026-03-02T00:00:00Z", 4)
                .entrySet()) {
            database.execute(
                    "insert into api_key_uses values (cast(? as uuid), cast(? as timestamptz), ?, 1)",
                    made.id(),
                    each.getKey(),
                    each.getValue());
        }
        String range = "?from=2026-03-01T23:00:00Z&to=2026-03-03T00:00:00Z&bucket=";
        JsonNode hours = operator.get("/v1/keys/" + made.id() + "/usage" + range + "hour")
                .expect(200)
                .json();
        assertThat(hours.path("items").toString())
                .isEqualTo("[{\"bucket_start\":\"2026-03-01T23:00:00Z\",\"success\":2,\"error\":1},"
                        + "{\"bucket_start\":\"2026-03-02T00:00:00Z\",\"success\":4,\"error\":1}]");
        JsonNode days = operator.get("/v1/keys/" + made.id() + "/usage" + range + "day")
                .expect(200)
                .json();
        assertThat(days.path("items").toString())
                .isEqualTo("[{\"bucket_start\":\"2026-03-01T00:00:00Z\",\"success\":3,\"error\":2},"
                        + "{\"bucket_start\":\"2026-03-02T00:00:00Z\",\"success\":4,\"error\":1}]");
        for (String wrong : List.of(
                "?bucket=week",
                "?from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z",
                "?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&bucket=hour",
                "?from=2024-01-01T00:00:00Z&to=2026-03-01T00:00:00Z")) {
            operator.get("/v1/keys/" + made.id() + "/usage" + wrong).expect(400);
        }
    }

    private JsonNode usage(Keys.Made made) {
        return operator.get("/v1/keys/" + made.id() + "/usage").expect(200).json();
    }
}
