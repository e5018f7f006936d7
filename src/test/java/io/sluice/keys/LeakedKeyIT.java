package io.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.HeldLock;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is done about a key that was seen where it should not be. */
class LeakedKeyIT {
    private final Api operator = SharedServer.operator();
    private final Keys keys = Keys.shared();
    private final String project = Tenants.create();

    @Test
    void notifyMarksTheKeyAndTellsItOnce() {
        Keys.Made made = keys.make(project);
        JsonNode report = keys.leaked(made.secret(), "notify").expect(200).json();
        assertThat(report.path("action").asText()).isEqualTo("notified");
        assertThat(report.path("key_id").asText()).isEqualTo(made.id());
        assertThat(report.path("project_id").asText()).isEqualTo(project);
        keys.leaked(made.secret(), "notify").expect(200);
        assertThat(keys.told(made.id())).containsExactly("key.created", "key.leaked");
        assertThat(keys.audited(made.id())).containsExactly("key.created", "key.leaked");
        assertThat(keys.get(made.id()).path("leaked_at").isNull()).isFalse();
        keys.expectCode(made.secret(), "VALID");
    }

    @Test
    void graceReplacesTheKeyAndItsOwnerFetchesTheNewSecret() {
        Keys.Made made = keys.make(project);
        JsonNode report = keys.leaked(made.secret(), "grace").expect(200).json();
        assertThat(report.path("action").asText()).isEqualTo("rotated");
        assertThat(report.has("secret")).isFalse();
        JsonNode old = keys.get(made.id());
        assertThat(Duration.between(
                        Instant.parse(old.path("rotated_at").asText()),
                        Instant.parse(old.path("expires_at").asText())))
                .isEqualTo(Duration.ofHours(24));
        keys.expectCode(made.secret(), "VALID");
        Keys.Made fresh = Keys.Made.of(Tenants.holder("owner", project)
                .post("/v1/keys/" + report.path("new_key_id").asText() + "/secret", null)
                .expect(200));
        keys.expectCode(fresh.secret(), "VALID");
        assertThat(keys.told(made.id())).containsExactly("key.created", "key.rotated", "key.leaked");
        assertThat(keys.leaked(made.secret(), "grace").json().path("action").asText())
                .isEqualTo("notified");
        assertThat(keys.all(project)).hasSize(2);
    }

    @Test
    void ofTwoReportsAtOnceOneReplacesTheKeyAndTheOtherFindsItDone() throws SQLException {
        Keys.Made made = keys.make(project);
        CompletableFuture<Answer> first;
        CompletableFuture<Answer> second;
        try (HeldLock held = whoeverUses(made)) {
            first = held.begin(() -> keys.leaked(made.secret(), "grace"));
            second = held.begin(() -> keys.leaked(made.secret(), "grace"));
        }
        assertThat(List.of(action(first.join()), action(second.join())))
                .containsExactlyInAnyOrder("rotated", "notified");
        assertThat(keys.told(made.id())).containsExactly("key.created", "key.rotated", "key.leaked");
    }

    @Test
    void aReportAndARotationAtOnceWaitForEachOther() throws SQLException {
        Keys.Made made = keys.make(project);
        CompletableFuture<Answer> report;
        CompletableFuture<Answer> rotation;
        try (HeldLock held = whoeverUses(made)) {
            report = held.begin(() -> keys.leaked(made.secret(), "grace"));
            rotation = held.begin(() -> keys.rotate(made.id(), "{}"));
        }
        assertThat(action(report.join())).isEqualTo("rotated");
        assertThat(rotation.join().expect(409).code()).isEqualTo("CONFLICT");
    }

    @Test
    void aReportBesideARevocationFindsTheKeyRevoked() throws SQLException {
        Keys.Made made = keys.make(project);
        CompletableFuture<Answer> revocation;
        CompletableFuture<Answer> report;
        try (HeldLock held = whoeverUses(made)) {
            revocation = held.begin(() -> operator.delete("/v1/keys/" + made.id()));
            report = held.begin(() -> keys.leaked(made.secret(), "grace"));
        }
        revocation.join().expect(204);
        assertThat(action(report.join())).isEqualTo("notified");
        assertThat(keys.get(made.id()).path("leaked_at").isNull()).isFalse();
    }

    @Test
    void aKeyWhoseRowIsFullIsMarkedAndToldThoughItCannotBeReplaced() {
        Keys.Made latest = keys.make(project);
        for (int generation = 2; generation <= 10; generation++) {
            latest = Keys.Made.of(keys.rotate(latest.id(), "{}").expect(201));
        }
        assertThat(action(keys.leaked(latest.secret(), "grace"))).isEqualTo("notified");
        assertThat(keys.get(latest.id()).path("leaked_at").isNull()).isFalse();
        assertThat(keys.event(latest.id(), "key.leaked").path("policy").asText())
                .isEqualTo("grace");
        assertThat(keys.all(project)).hasSize(10);
    }

    @Test
    void graceShortensWhatWasRotatedWithALongerOneAndNeverExtends() {
        Keys.Made made = keys.make(project);
        keys.rotate(made.id(), "{\"grace_seconds\": 2592000}").expect(201);
        JsonNode report = keys.leaked(made.secret(), "grace").expect(200).json();
        assertThat(report.path("action").asText()).isEqualTo("shortened");
        JsonNode key = keys.get(made.id());
        assertThat(Duration.between(
                        Instant.parse(key.path("rotated_at").asText()),
                        Instant.parse(key.path("expires_at").asText())))
                .isBetween(Duration.ofHours(24), Duration.ofHours(25));
        Keys.Made brief = keys.make(project);
        keys.rotate(brief.id(), "{\"grace_seconds\": 60}").expect(201);
        JsonNode before = keys.get(brief.id()).path("expires_at");
        assertThat(keys.leaked(brief.secret(), "grace").json().path("action").asText())
                .isEqualTo("notified");
        assertThat(keys.get(brief.id()).path("expires_at")).isEqualTo(before);
    }

    @Test
    void revokeEndsItNowEvenAfterAMilderReport() {
        Keys.Made made = keys.make(project);
        keys.leaked(made.secret(), "notify").expect(200);
        assertThat(keys.leaked(made.secret(), "revoke").json().path("action").asText())
                .isEqualTo("revoked");
        keys.expectCode(made.secret(), "REVOKED");
        assertThat(keys.event(made.id(), "key.revoked").path("reason").asText()).isEqualTo("leaked");
        assertThat(keys.event(made.id(), "key.leaked").path("action").asText()).isEqualTo("revoked");
        int told = keys.told(made.id()).size();
        assertThat(keys.leaked(made.secret(), "revoke").json().path("action").asText())
                .isEqualTo("notified");
        assertThat(keys.told(made.id())).hasSize(told);
    }

    @Test
    void whatIsNoKeyOfOursMovesNothing() {
        for (String text : new String[] {"nonsense", KeyText.generate("prod"), "slk_prod_" + "0".repeat(36)}) {
            JsonNode report = keys.leaked(text, "revoke").expect(200).json();
            assertThat(report.path("action").asText()).isEqualTo("none");
            assertThat(report.path("key_id").isNull()).isTrue();
        }
        keys.leaked("x", "delete").expect(400);
        operator.post("/v1/keys/leaks", "{\"key\": \"x\"}").expect(400);
        Tenants.holder("owner", project)
                .post("/v1/keys/leaks", "{\"key\": \"x\", \"policy\": \"notify\"}")
                .expect(403);
    }

    private static HeldLock whoeverUses(Keys.Made key) throws SQLException {
        return HeldLock.by("select from api_keys where id = ? for update", UUID.fromString(key.id()));
    }

    private static String action(Answer report) {
        return report.expect(200).json().path("action").asText();
    }
}
