package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.job;
import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HandInsertedJobIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    @BeforeAll
    static void start() {
        TestJobs.node();
    }

    @Test
    void aRowOfTypeAndPayloadRunsWithinThePollInterval() {
        UUID id = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1}");
        await().atMost(Duration.ofSeconds(7)).until(() -> status(DATABASE, id).equals("completed"));
        assertThat(job(DATABASE, id)).containsEntry("attempts", 1);
        assertThat(String.valueOf(job(DATABASE, id).get("result"))).contains("slept_ms");
        assertThat(ledger(DATABASE, id)).extracting("event").containsExactly("start", "end");
        assertThat(TestJobs.outcomes(DATABASE, id)).containsExactly("completed");
    }

    @Test
    void garbageFailsOnlyItsOwnJob() {
        List<UUID> bad = List.of(
                insert(DATABASE, "test_sleep", "{\"sleep_ms\": \"5\"}"),
                insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1.5}"),
                insert(DATABASE, "test_sleep", "{\"sleep_ms\": -1}"),
                insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1, \"extra\": true}"),
                insert(DATABASE, "test_sleep", "[1, 2]"),
                insert(DATABASE, "test_sleep", "\"text\""),
                insert(DATABASE, "test_sleep", "null"),
                insert(DATABASE, "no_such_type", "{}"));
        UUID good = insert(DATABASE, "test_sleep", "{\"sleep_ms\": 1}");
        await().atMost(Duration.ofSeconds(7)).until(() -> status(DATABASE, good).equals("completed"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(bad).allMatch(id -> status(DATABASE, id).equals("failed")));
        assertThat(bad).allSatisfy(id -> {
            assertThat((String) job(DATABASE, id).get("last_error")).isNotBlank();
            assertThat((int) job(DATABASE, id).get("attempts")).isLessThanOrEqualTo(1);
            assertThat(ledger(DATABASE, id)).isEmpty();
        });
    }

    /** Just the row: nobody is told about it. */
    private static UUID insert(TestDatabase database, String type, String payload) {
        return database.value(
                "insert into jobs (type, payload) values (?, cast(? as jsonb)) returning id", type, payload);
    }
}
