package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestFolder;
import io.sluice.testkit.TestJobs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** The example project of the documentation: it compiles, its own tests pass, and its job runs on the server. */
class ExampleHandlerIT {
    /** By the command of the documentation: by its own build, with the test kit's jar and nothing else of ours. */
    @Test
    void itIsBuiltAndTestedAndAddedToTheWar() throws Exception {
        Path war = Files.createDirectories(TestFolder.of("example-handler")).resolve("sluice.war");
        Files.copy(Path.of(System.getProperty("sluice.it.war")), war, StandardCopyOption.REPLACE_EXISTING);
        Path output = war.resolveSibling("add-to-war.log");
        Process script = new ProcessBuilder("sh", "src/docs/example-handler/add-to-war.sh", war.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(script.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(script.exitValue()).as(Files.readString(output)).isZero();
        assertThat(output).content().contains("Tests run: 4, Failures: 0, Errors: 0");
        try (ZipFile files = new ZipFile(war.toFile())) {
            assertThat(files.getEntry("WEB-INF/lib/greetings.jar")).isNotNull();
            assertThat(files.getEntry("WEB-INF/web.xml")).isNotNull();
        }
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
