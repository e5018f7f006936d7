package io.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.EventReader;
import io.sluice.testkit.EventReader.Received;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import io.sluice.testkit.TestTokens;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who follows jobs hears how they go on until they end; of nobody else's. */
class JobsFollowedIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final Api OPERATOR = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aJobIsFollowedToItsEnd() {
        UUID job = later("followed");
        UUID other = later("followed");
        try (EventReader reader = open(SharedServer.BOOTSTRAP_TOKEN, job.toString())) {
            await().atMost(SOON).until(() -> states(reader).equals(List.of("pending")));
            JsonNode first = reader.received().get(0).data();
            assertThat(first.path("id").asText()).isEqualTo(job.toString());
            assertThat(first.path("type").asText()).isEqualTo("test_sleep");
            assertThat(first.path("progress").isNull()).isTrue();
            DATABASE.execute("update jobs set progress_percent = 40, progress_message = 'parts' where id = ?", job);
            await().atMost(SOON)
                    .until(() -> reader.received().stream()
                            .anyMatch(
                                    each -> each.data().at("/progress/percent").asInt() == 40));
            DATABASE.execute(
                    "update jobs set scheduled_at = now() where id = any (?)", (Object) new UUID[] {job, other});
            TestJobs.wake(DATABASE);
            await().atMost(SOON).until(() -> states(reader).contains("completed"));
            assertThat(reader.received())
                    .allSatisfy(each -> assertThat(each.event()).isEqualTo("job.changed"))
                    .allSatisfy(
                            each -> assertThat(each.data().path("id").asText()).isEqualTo(job.toString()));
            assertThat(reader.received()).extracting(Received::data).doesNotHaveDuplicates();
        }
    }

    @Test
    void othersJobsDoNotExistForAnOwner() {
        Api owner = ownerOf("following");
        owner.get("/v1/events?jobs=" + later("following")).expect(200);
        owner.get("/v1/events?jobs=" + later("somebody-else")).expect(404);
        ownerOf("null").get("/v1/events?jobs=" + later(null)).expect(404);
        OPERATOR.get("/v1/events?jobs=" + UUID.randomUUID()).expect(404);
        OPERATOR.get("/v1/events?jobs=nonsense").expect(400);
    }

    private static Api ownerOf(String project) {
        OPERATOR.post(
                        "/v1/projects",
                        "{\"id\": \"%1$s\", \"name\": \"F\", \"owner_email\": \"f@%1$s.example\"}".formatted(project))
                .expect(201);
        return OPERATOR.as(TestTokens.make(OPERATOR, "owner", project));
    }

    private static List<String> states(EventReader reader) {
        return reader.received().stream()
                .map(each -> each.data().path("status").asText())
                .toList();
    }

    private static EventReader open(String token, String jobs) {
        return EventReader.open(TestJobs.node().baseUri(), token, "?jobs=" + jobs, null);
    }

    private static UUID later(@Nullable String project) {
        return DATABASE.value("""
                insert into jobs (type, payload, scheduled_at, project_id)
                values ('test_sleep', '{"sleep_ms": 0}', now() + interval '1 day', ?)
                returning id
                """, project);
    }
}
