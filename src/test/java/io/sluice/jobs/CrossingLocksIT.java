package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A retry and others that want the same rows at the same time: one waits for the other, and the database refuses neither. */
class CrossingLocksIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String QUICK = "\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 0}";
    private static final String LATER = QUICK + ", \"delay_seconds\": 86400";

    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @Test
    void aJobCanBeRetriedWhileAnotherIsMadeToWaitForItAndForItsNeed() throws SQLException {
        UUID need = enqueue(LATER);
        UUID retried = cancelled(need);
        retryWhileBothAreNeeded(need, retried, () -> operator.post("/v1/jobs/" + retried + "/retry", null));
    }

    @Test
    void soCanManyTogether() throws SQLException {
        UUID need = enqueue(LATER);
        UUID retried = cancelled(need);
        retryWhileBothAreNeeded(
                need, retried, () -> operator.post("/v1/jobs/retry", "{\"ids\": [\"" + retried + "\"]}"));
    }

    /** The retry waits for somebody who has locked the need, and behind the call that needs both. */
    private static void retryWhileBothAreNeeded(UUID need, UUID retried, Supplier<Answer> retry) throws SQLException {
        CompletableFuture<Answer> needing;
        CompletableFuture<Answer> retrying;
        try (Connection person = DATABASE.connect()) {
            lock(person, need);
            needing = CompletableFuture.supplyAsync(
                    () -> operator.post("/v1/jobs", "{" + QUICK + needs(need, retried) + "}"));
            awaitWaiting(1);
            retrying = CompletableFuture.supplyAsync(retry);
            awaitWaiting(2);
        }
        needing.join().expect(202);
        retrying.join().expect(202);
        assertThat(status(DATABASE, retried)).isEqualTo("pending");
        operator.post("/v1/jobs/" + need + "/cancel", null).expect(202);
        assertThat(status(DATABASE, retried)).isEqualTo("cancelled");
    }

    /** The end of both goes by their ids, as that of many jobs does, and the retries by the ids of those that need them. */
    @Test
    void jobsCanBeRetriedTogetherWhileWhatTheyNeedEndsTogether() throws SQLException {
        UUID first = enqueue(LATER);
        UUID second = enqueue(LATER);
        UUID needsSecond = cancelled(second);
        UUID needsFirst = cancelled(first);
        CompletableFuture<Answer> retrying;
        CompletableFuture<Integer> ending;
        try (Connection person = DATABASE.connect()) {
            lock(person, second);
            retrying = CompletableFuture.supplyAsync(() ->
                    operator.post("/v1/jobs/retry", "{\"ids\": [\"" + needsSecond + "\", \"" + needsFirst + "\"]}"));
            awaitWaiting(1);
            ending = CompletableFuture.supplyAsync(() -> DATABASE.execute("""
                    with ended as (select id from jobs where id in (?, ?) order by id for no key update)
                    update jobs j set status = 'completed', completed_at = now() from ended e where j.id = e.id
                    """, first, second));
            awaitWaiting(2);
        }
        assertThat(retrying.join().expect(202).json().path("count").asInt()).isEqualTo(2);
        assertThat(ending.join()).isEqualTo(2);
        for (UUID job : new UUID[] {needsFirst, needsSecond}) {
            await().atMost(SOON).until(() -> status(DATABASE, job), "completed"::equals);
        }
    }

    private static UUID cancelled(UUID need) {
        UUID job = enqueue(QUICK + needs(need));
        operator.post("/v1/jobs/" + job + "/cancel", null).expect(202);
        return job;
    }

    private static UUID enqueue(String members) {
        return UUID.fromString(operator.post("/v1/jobs", "{" + members + "}")
                .expect(202)
                .json()
                .path("id")
                .asText());
    }

    private static String needs(UUID... jobs) {
        return ", \"depends_on\": [\""
                + String.join("\", \"", Stream.of(jobs).map(UUID::toString).toList()) + "\"]";
    }

    /** Until the connection is closed. */
    private static void lock(Connection person, UUID job) throws SQLException {
        person.setAutoCommit(false);
        try (PreparedStatement lock = person.prepareStatement("select from jobs where id = ? for update")) {
            lock.setObject(1, job);
            lock.execute();
        }
    }

    private static void awaitWaiting(int transactions) {
        await().atMost(SOON).until(() -> DATABASE.count("""
                select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
                """) == transactions);
    }
}
