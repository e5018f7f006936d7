package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestTokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TokenLifetimeIT {
    private final Api operator = SharedServer.operator();
    private final Api nobody = operator.as(null);

    @Test
    void aRevokedTokenIsRefusedWithinTwoSeconds() {
        Map<String, String> token = TestTokens.issue(operator, "viewer");
        Api caller = operator.as(token.get("token"));
        caller.get("/v1/audit").expect(200);
        operator.delete("/v1/tokens/" + token.get("id")).expect(204);
        long revoked = System.nanoTime();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            // A call may take its time; what counts is when it began.
            Duration since = Duration.ofNanos(System.nanoTime() - revoked);
            int status = caller.get("/v1/audit").status();
            if (status != 401) {
                assertThat(since).as("a call that was let in").isLessThan(Duration.ofSeconds(2));
            }
            return status == 401;
        });
        operator.delete("/v1/tokens/" + token.get("id")).expect(204);
    }

    @Test
    void theUseOfATokenIsWrittenDownAfterAWhile() {
        Map<String, String> token = TestTokens.issue(operator, "viewer");
        operator.as(token.get("token")).get("/v1/audit").expect(200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> SharedServer.database()
                                .count(
                                        "select count(last_used_at) from access_tokens where id::text = ?",
                                        token.get("id"))
                        == 1);
    }

    @Test
    void requestIdsAreEchoedWhenUsableAndMadeOtherwise() {
        assertThat(operator.get("/v1/audit", "X-Request-Id", "my-id.1").header("X-Request-Id"))
                .isEqualTo("my-id.1");
        Answer refused = nobody.get("/v1/audit", "X-Request-Id", "my-id.2");
        assertThat(refused.header("X-Request-Id")).isEqualTo("my-id.2");
        assertThat(refused.json().path("request_id").asText()).isEqualTo("my-id.2");
        for (String unusable : List.of("with space", "x".repeat(129), "")) {
            assertThat(operator.get("/v1/audit", "X-Request-Id", unusable).header("X-Request-Id"))
                    .isNotEmpty()
                    .isNotEqualTo(unusable);
        }
    }

    @Test
    void aRequestsIdReachesTheAuditEntriesOfWhatItDid() {
        String id = "audit-" + UUID.randomUUID();
        Answer made = operator.post("/v1/tokens", "{\"name\":\"a\",\"role\":\"viewer\"}", "X-Request-Id", id)
                .expect(201);
        Answer entries = operator.get("/v1/audit?action=token.created&target=token:"
                        + made.json().path("id").asText())
                .expect(200);
        assertThat(entries.json().at("/items/0/request_id").asText()).isEqualTo(id);
        assertThat(entries.json().at("/items/0/actor/id").asText()).isEqualTo("bootstrap");
    }
}
