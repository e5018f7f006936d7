package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import io.sluice.testkit.TestTokens;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an owner is told about its projects' jobs that fail. */
class OwnersViewIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        operator.post("/v1/projects", """
                {"id": "shown", "name": "A project", "owner_email": "owner@example.org"}
                """);
    }

    @Test
    void anOwnerReadsWhatAHandlerSaysButNoTextOfAnExceptionAndNoNameOfANode() {
        Api owner = operator.as(TestTokens.make(operator, "owner", "shown"));
        UUID threw = failing("throw-final");
        UUID said = failing("failed");
        assertThat(whatIsTold(operator, threw))
                .containsExactly("UnsupportedOperationException: told to fail for good", "failed");
        assertThat(whatIsTold(owner, threw))
                .containsExactly("An unexpected error; operators can read what it says.", "failed");
        assertThat(whatIsTold(operator, said)).containsExactly("told to give up", "failed");
        assertThat(whatIsTold(owner, said)).containsExactly("told to give up", "failed");
        DATABASE.execute("""
                update job_attempts set outcome = 'lost', error = 'Node ' || worker || ' was lost.' where job_id = ?
                """, threw);
        DATABASE.execute("""
                update jobs set last_error = (select error from job_attempts where job_id = jobs.id) where id = ?
                """, threw);
        assertThat(whatIsTold(owner, threw)).containsExactly("Its node was lost.", "lost");
        assertThat(whatIsTold(operator, threw).get(0)).contains("@");
    }

    private static UUID failing(String how) {
        UUID job = UUID.fromString(operator.post("/v1/jobs", """
                        {"type": "test_fail", "payload": {"how": "%s"}, "project_id": "shown", "max_attempts": 1}
                        """.formatted(how))
                .expect(202)
                .json()
                .path("id")
                .asText());
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, job), "failed"::equals);
        return job;
    }

    /** The error and the outcome, the same by itself and in the list; an owner sees no worker. */
    private static List<String> whatIsTold(Api caller, UUID id) {
        JsonNode job = caller.get("/v1/jobs/" + id).expect(200).json();
        JsonNode listed = null;
        for (JsonNode each : caller.get("/v1/jobs?type=test_fail&project_id=shown")
                .expect(200)
                .json()
                .path("items")) {
            listed = each.path("id").asText().equals(id.toString()) ? each : listed;
        }
        assertThat(listed).isEqualTo(job);
        JsonNode attempt = job.path("history").get(0);
        assertThat(attempt.path("error")).isEqualTo(job.path("last_error"));
        assertThat(attempt.path("worker").isNull()).isEqualTo(caller != operator);
        return List.of(job.path("last_error").asText(), attempt.path("outcome").asText());
    }
}
