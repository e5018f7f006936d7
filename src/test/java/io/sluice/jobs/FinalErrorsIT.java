package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After which errors a job is not tried again: its handler says so, until an operator does. */
class FinalErrorsIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final String TYPE = "/v1/job-types/test_usual_retry";

    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void asTheHandlerSays() {
        operator.put(TYPE, "{\"final_errors\": []}").expect(200);
        awaitAttemptsOfAJob(3);
    }

    @Test
    void theyAreShown() {
        assertThat(policyOf("test_fail").path("final_errors").toString())
                .isEqualTo("[\"java.lang.UnsupportedOperationException\"]");
        assertThat(policyOf("test_usual_retry").path("final_errors")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"IllegalStateException", "java.lang.RuntimeException"})
    void anOperatorChangesThemWhileTheNodesRun(String name) {
        JsonNode changed = operator.put(TYPE, "{\"final_errors\": [\"NoSuchError\", \"" + name + "\"]}")
                .expect(200)
                .json();
        assertThat(changed.at("/retry_policy/final_errors/1").asText()).isEqualTo(name);
        awaitAttemptsOfAJob(1);
        operator.put(TYPE, "{\"final_errors\": [\"java.io.IOException\"]}").expect(200);
        awaitAttemptsOfAJob(3);
        assertThat(DATABASE.count("""
                        select count(*) from audit_entries
                        where action = 'job_type.updated' and after ->> 'final_errors' = '["java.io.IOException"]'
                        """)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"no name\"", "\"\"", "null", "7"})
    void whatIsNoNameIsRefused(String name) {
        operator.put(TYPE, "{\"final_errors\": [" + name + "]}").expect(400);
    }

    private static JsonNode policyOf(String name) {
        for (JsonNode type :
                operator.get("/v1/job-types?limit=200").expect(200).json().path("items")) {
            if (type.path("type").asText().equals(name)) {
                return type.path("retry_policy");
            }
        }
        throw new AssertionError(name);
    }

    /** The node hears of a change with a heartbeat. */
    private static void awaitAttemptsOfAJob(int attempts) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            UUID id = TestJobs.insert(DATABASE, "test_usual_retry", "{}");
            await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, id), "failed"::equals);
            return TestJobs.job(DATABASE, id).get("attempts").equals(attempts);
        });
    }
}
