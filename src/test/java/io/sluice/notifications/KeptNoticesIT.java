package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestJobs;
import org.junit.jupiter.api.Test;

/** A node without a mail server. */
class KeptNoticesIT {
    @Test
    void noticesAreKeptAndCanBeReadAndTheStartSaysSo() {
        Api operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        String project = new Owners(operator, TestJobs.database()).project("Unheard");
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);

        JsonNode notice = operator.get("/v1/projects/" + project + "/notifications")
                .expect(200)
                .json()
                .at("/items/0");

        assertThat(notice.path("state").asText()).isEqualTo("kept");
        assertThat(notice.path("reason").asText()).isEqualTo("No mail server is configured.");
        assertThat(notice.path("subject").asText()).isEqualTo("[URGENT] Unheard is suspended: an operator decided so");
        assertThat(notice.path("steps")).isNotEmpty();
        assertThat(TestJobs.database()
                        .count("select count(*) from jobs where type = 'gather_notifications' and schedule is null"))
                .as("there is nothing to gather")
                .isZero();
        assertThat(TestJobs.node().output()).contains("no mail server is configured, notices are kept");
    }
}
