package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.ExampleHandler;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The example project of the documentation: it compiles, its own tests pass, and its job runs on the server. */
class ExampleHandlerIT {
    @Test
    void itsOwnTestsPass() {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(ExampleHandler.test("org.example.greetings.GreetJobTest")))
                                .build(),
                        listener);
        assertThat(listener.getSummary().getTestsSucceededCount()).isEqualTo(4);
        assertThat(listener.getSummary().getFailures()).isEmpty();
    }

    @Test
    void itsJobRunsOnTheServer() {
        Api operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        JsonNode job = operator.post(
                        "/v1/jobs",
                        "{\"type\": \"example_greet\", \"payload\": {\"name\": \"Ada\", \"times_more\": 2}}")
                .expect(202)
                .json();
        await().atMost(Duration.ofSeconds(30)).until(() -> TestJobs.database().count("""
                                select count(*) from jobs
                                where type = 'example_greet' and status = 'completed' and result ->> 'said' = 'Hello Ada'
                                """) == 3);
        assertThat(operator.get("/v1/jobs/" + job.path("id").asText())
                        .json()
                        .at("/result/said")
                        .asText())
                .isEqualTo("Hello Ada");
        operator.post("/v1/jobs", "{\"type\": \"example_greet\", \"payload\": {\"name\": \"\"}}")
                .expect(400);
    }
}
