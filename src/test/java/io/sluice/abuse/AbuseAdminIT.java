package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.HeldLock;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules, thresholds of single projects, exemptions and detections over HTTP. */
class AbuseAdminIT {
    private static Api operator;
    private static TestDatabase database;
    private Suspects suspects;

    @BeforeAll
    static void useTheSharedNode() {
        operator = SharedServer.operator();
        operator.post("/v1/schedules/hourly-abuse-detection/pause", null).expect(200);
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
    void everyRuleBeginsByObservingOnlyWithTheDocumentedThresholds() {
        List<String> rules = new ArrayList<>();
        for (JsonNode rule : operator.get("/v1/abuse/rules").expect(200).json().path("items")) {
            rules.add("%s %s %s %s %s %s %s"
                    .formatted(
                            rule.path("name").asText(),
                            rule.path("mode").asText(),
                            rule.path("warning").asText(),
                            rule.path("critical").asText(),
                            rule.path("severe").asText(),
                            rule.path("suspend_at").asText(),
                            rule.path("window_minutes").asText()));
        }
        assertThat(rules)
                .containsExactly(
                        "absolute_rate observe 1000 5000 10000 severe 15",
                        "error_rate observe 30 50 75 critical 60",
                        "key_bruteforce observe 10 100 1000 never 15",
                        "key_creation observe 5 10 50 severe 5",
                        "usage_spike observe 3 5 10 severe 60");
    }

    @Test
    void changesRulesAllOrNoneAndAuditsEach() {
        long before = database.count("select count(*) from audit_entries where action = 'abuse_rule.updated'");
        operator.put(
                        "/v1/abuse/rules",
                        "{\"items\": [{\"name\": \"key_creation\", \"warning\": 6.5},"
                                + " {\"name\": \"key_bruteforce\", \"mode\": \"sometimes\"}]}")
                .expect(400);
        assertThat(rule("/v1/abuse/rules", "key_creation").path("warning").asText())
                .isEqualTo("5");
        try {
            operator.put(
                            "/v1/abuse/rules",
                            "{\"items\": [{\"name\": \"key_creation\", \"warning\": 6.5, \"mode\": \"enforce\"}]}")
                    .expect(200);
            JsonNode changed = rule("/v1/abuse/rules", "key_creation");
            assertThat(changed.path("warning").asText()).isEqualTo("6.5");
            assertThat(changed.path("mode").asText()).isEqualTo("enforce");
            assertThat(changed.path("critical").asText()).as("left out: stays").isEqualTo("10");
        } finally {
            operator.put(
                            "/v1/abuse/rules",
                            "{\"items\": [{\"name\": \"key_creation\", \"warning\": 5, \"mode\": \"observe\"}]}")
                    .expect(200);
        }
        assertThat(database.count("select count(*) from audit_entries where action = 'abuse_rule.updated'") - before)
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"items\": []}",
                "{\"items\": [{\"name\": \"no_such_rule\", \"mode\": \"off\"}]}",
                "{\"items\": [{\"name\": \"usage_spike\"}, {\"name\": \"usage_spike\"}]}",
                "{\"items\": [{\"name\": \"usage_spike\", \"warning\": 0}]}",
                "{\"items\": [{\"name\": \"usage_spike\", \"warning\": 3.123}]}",
                "{\"items\": [{\"name\": \"usage_spike\", \"warning\": 5.01}]}",
                "{\"items\": [{\"name\": \"usage_spike\", \"severe\": 4.99}]}",
                "{\"items\": [{\"name\": \"usage_spike\", \"minimum\": -1}]}",
                "{\"items\": [{\"name\": \"usage_spike\", \"suspend_at\": \"always\"}]}",
                "{\"items\": [{\"name\": \"usage_spike\", \"window_minutes\": 5}]}"
            })
    void refusesRulesThatMakeNoSense(String body) {
        operator.put("/v1/abuse/rules", body).expect(400);
    }

    @Test
    void aProjectsOwnThresholdsHoldForItAlone() {
        String own = suspects.spiking();
        String other = suspects.spiking();
        suspects.enforce(own, other);
        String path = "/v1/projects/" + own + "/abuse-rules";
        JsonNode put = operator.put(
                        path + "/usage_spike",
                        "{\"mode\": \"enforce\", \"warning\": 20.01, \"critical\": 30, \"severe\": 40}")
                .expect(200)
                .json();
        assertThat(put.path("source").asText()).isEqualTo("project");
        assertThat(rule(path, "usage_spike").path("severe").asText()).isEqualTo("40");
        suspects.detect(own, other);
        suspects.awaitQuiet(other);
        assertThat(suspects.detections(own)).isEmpty();
        assertThat(suspects.status(own)).isEqualTo("active");
        assertThat(suspects.status(other)).isEqualTo("suspended");

        operator.delete(path + "/usage_spike").expect(204);
        operator.delete(path + "/usage_spike").expect(404);
        assertThat(rule(path, "usage_spike").path("source").asText()).isEqualTo("rule");
        assertThat(suspects.audited("abuse_rule.overridden", own)).isEqualTo(1);
        assertThat(suspects.audited("abuse_rule.override_removed", own)).isEqualTo(1);
        operator.put(path + "/no_such_rule", "{\"mode\": \"off\"}").expect(404);
        operator.put(path + "/usage_spike", "{\"warning\": 11}").expect(400);
        operator.put("/v1/projects/no-such-project/abuse-rules/usage_spike", "{}")
                .expect(404);
    }

    @Test
    void aRuleThatIsOffFindsNothing() {
        String project = suspects.spiking();
        suspects.mode(project, "off");
        assertThat(suspects.detect(project).path("detections").asInt()).isZero();
    }

    @Test
    void exemptsProjectsAndAnnouncesSpikes() {
        String project = suspects.spiking();
        suspects.enforce(project);
        String path = "/v1/projects/" + project + "/abuse-exemptions";
        operator.post(path, "{\"kind\": \"planned_spike\", \"reason\": \"launch\"}")
                .expect(400);
        operator.post(path, "{\"kind\": \"exemption\", \"rule\": \"no_such_rule\", \"reason\": \"r\"}")
                .expect(400);
        operator.post(path, "{\"kind\": \"exemption\", \"reason\": \"r\", \"ends_at\": \"2020-01-01T00:00:00Z\"}")
                .expect(400);
        operator.post(
                        path,
                        "{\"kind\": \"planned_spike\", \"rule\": \"error_rate\", \"reason\": \"r\","
                                + " \"ends_at\": \"2099-01-01T00:00:00Z\"}")
                .expect(400);
        JsonNode made = operator.post(
                        path, "{\"kind\": \"exemption\", \"rule\": \"usage_spike\", \"reason\": \"known\"}")
                .expect(201)
                .json();
        suspects.detect(project);
        assertThat(suspects.detections(project)).containsExactly("usage_spike flagged exempt");
        assertThat(database.count("select count(*) from events where project_id = ?", project))
                .as("nobody is told of what is exempt")
                .isZero();
        assertThat(operator.get(path).expect(200).json().path("items")).hasSize(1);
        operator.delete(path + "/" + made.path("id").asText()).expect(204);
        operator.delete(path + "/" + made.path("id").asText()).expect(404);
        assertThat(suspects.audited("abuse_exemption.created", project)).isEqualTo(1);
        assertThat(suspects.audited("abuse_exemption.removed", project)).isEqualTo(1);
        suspects.detect(project);
        suspects.awaitQuiet(project);
        assertThat(suspects.status(project)).isEqualTo("suspended");
    }

    @Test
    void showsDetectionsToTheirOwnersOnly() {
        String mine = suspects.spiking();
        String others = suspects.spiking();
        suspects.detect(mine, others);
        Api owner = Tenants.holder("owner", mine);
        JsonNode seen = owner.get("/v1/abuse/detections").expect(200).json().path("items");
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).path("project_id").asText()).isEqualTo(mine);
        owner.get("/v1/abuse/detections/" + suspects.detection(mine)).expect(200);
        owner.get("/v1/abuse/detections/" + suspects.detection(others)).expect(404);
        owner.get("/v1/abuse/detections?project_id=" + others).expect(404);
        operator.get("/v1/abuse/detections?level=none").expect(400);
        Api service = Tenants.holder("service", mine);
        service.post(
                        "/v1/abuse/signals",
                        "{\"project_id\": \"" + others + "\", \"pattern\": \"error_spike\", \"metrics\": {}}")
                .expect(404);
    }

    @Test
    void oneOfTwoDecisionsAtOnceCounts() throws Exception {
        String project = suspects.spiking();
        suspects.detect(project);
        UUID detection = suspects.detection(project);
        CompletableFuture<Answer> confirmed;
        CompletableFuture<Answer> dismissed;
        try (HeldLock row = HeldLock.by("select 1 from abuse_detections where id = ? for update", detection)) {
            confirmed = row.begin(() -> decide(detection, "confirm"));
            dismissed = row.begin(() -> decide(detection, "dismiss"));
        }
        confirmed.get().expect(202);
        dismissed.get().expect(409);
        suspects.awaitQuiet(project);
        assertThat(suspects.status(project)).isEqualTo("suspended");
    }

    @Test
    void aConfirmationWhoseJobFailedCanBeRepeated() {
        String project = suspects.spiking();
        suspects.detect(project);
        UUID detection = suspects.detection(project);
        database.execute("update abuse_detections set outcome = 'confirmed' where id = ?", detection);
        decide(detection, "confirm").expect(202);
        suspects.awaitQuiet(project);
        assertThat(suspects.status(project)).isEqualTo("suspended");
        decide(detection, "confirm").expect(409);
    }

    private static Answer decide(UUID detection, String how) {
        return operator.post("/v1/abuse/detections/" + detection + "/" + how, "{\"reason\": \"seen in the logs\"}");
    }

    @Test
    void dismissesADetectionOnce() {
        String project = suspects.spiking();
        suspects.detect(project);
        String path = "/v1/abuse/detections/" + suspects.detection(project) + "/dismiss";
        JsonNode dismissed =
                operator.post(path, "{\"reason\": \"a load test\"}").expect(200).json();
        assertThat(dismissed.path("outcome").asText()).isEqualTo("dismissed");
        assertThat(dismissed.path("decision").asText()).isEqualTo("a load test");
        operator.post(path, "{\"reason\": \"again\"}").expect(409);
        assertThat(suspects.audited("abuse.dismissed", project)).isEqualTo(1);
        suspects.detect(project);
        assertThat(suspects.detections(project)).containsExactly("usage_spike dismissed");
    }

    private static JsonNode rule(String path, String name) {
        for (JsonNode rule : operator.get(path).expect(200).json().path("items")) {
            if (rule.path("name").asText().equals(name)) {
                return rule;
            }
        }
        throw new AssertionError("no rule " + name);
    }
}
