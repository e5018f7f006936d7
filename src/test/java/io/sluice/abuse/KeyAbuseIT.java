package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the rules about keys count: keys that are made, and keys that are shown and don't work. */
class KeyAbuseIT {
    private final TestDatabase database = SharedServer.database();
    private final Api operator = SharedServer.operator();

    @Test
    void countsKeysThatAreMadeAndKeysThatAreRefused() {
        String project = Tenants.create();
        JsonNode key = null;
        for (int i = 0; i < 3; i++) {
            key = operator.post("/v1/projects/" + project + "/keys", "{\"name\": \"k" + i + "\"}")
                    .expect(201)
                    .json();
        }
        assertThat(counted(project, "created")).isEqualTo(3);

        operator.delete("/v1/keys/" + key.path("id").asText()).expect(204);
        Api service = Tenants.holder("service");
        for (int i = 0; i < 4; i++) {
            JsonNode answer = service.post(
                            "/v1/keys/verify",
                            "{\"key\": \"" + key.path("secret").asText() + "\"}")
                    .expect(200)
                    .json();
            assertThat(answer.path("code").asText()).isEqualTo("REVOKED");
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> counted(project, "refused") == 4);
    }

    private long counted(String project, String kind) {
        return database.count(
                "select coalesce(sum(quantity), 0) from abuse_key_activity where project_id = ? and kind = ?",
                project,
                kind);
    }
}
