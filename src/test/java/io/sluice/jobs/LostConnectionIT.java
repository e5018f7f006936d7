package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Alone;
import io.sluice.testkit.Cluster;
import io.sluice.testkit.Cluster.Member;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose connections are lost without a word, or all held by handlers, with nobody to take its jobs over. */
@Alone
class LostConnectionIT {
    private static final Duration RESUMED = Duration.ofSeconds(15);

    @TempDir
    static Path folder;

    private static Cluster cluster;
    private static ClusterJobs work;
    private static Member node;

    @BeforeAll
    static void start() {
        cluster = new Cluster(folder, builder -> builder.environment("SLUICE_JOBS_CONCURRENCY", "50"));
        work = new ClusterJobs(cluster);
        node = cluster.nodes(1).get(0);
    }

    @AfterEach
    void bringTheNetworkBack() {
        node.proxy().reset();
        database().execute("drop trigger if exists slow_claim on jobs");
        database().execute("drop function if exists testing.commit_slowly()");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void workGoesOnSoonAfterAllConnectionsStalled() {
        List<UUID> before = work.insertLong(10, Duration.ofSeconds(2));
        await().atMost(Duration.ofSeconds(30)).until(() -> work.count(before, "started_at is not null") == 10);
        int said = node.server().output().length();
        node.proxy().stall();
        List<UUID> after = work.insertLong(10, Duration.ZERO);
        await().atMost(RESUMED)
                .until(() -> work.count(before, "status = 'completed'") == 10
                        && work.count(after, "status = 'completed'") == 10);
        work.assertSound(before);
        work.assertSound(after);
        // Nobody speaks on the connection that listens; it has to ask.
        await().atMost(RESUMED)
                .until(() ->
                        node.server().output().substring(said).contains("job worker thread failing thread=listen"));
    }

    @Test
    void aClaimThatWasCommittedButNeverAnsweredIsGivenBackSoon() {
        UUID job = claimedWithoutAnswer();
        // Its own transaction is the handler's, on a connection that may be lost as well.
        await().atMost(RESUMED).until(() -> TestJobs.outcomes(database(), job).contains("interrupted"));
        node.proxy().reset();
        await().atMost(RESUMED).until(() -> TestJobs.status(database(), job), "completed"::equals);
        assertThat(TestJobs.outcomes(database(), job)).containsExactly("interrupted", "completed");
        work.assertSound(List.of(job));
    }

    /** Longer than the node looks for what it may have claimed by a claim that failed. */
    @Test
    void aClaimThatWasNeverAnsweredIsGivenBackHoweverLongItsRowIsLocked() throws SQLException {
        UUID job = claimedWithoutAnswer();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> TestJobs.status(database(), job), "running"::equals);
        try (Connection person = database().connect();
                Statement lock = person.createStatement()) {
            person.setAutoCommit(false);
            lock.execute("select from jobs where id = '" + job + "' for update");
            node.proxy().reset();
            String locked =
                    "select count(*) from jobs where id = ? and started_at < clock_timestamp() - interval '40 s'";
            await().atMost(Duration.ofMinutes(1)).until(() -> database().count(locked, job) == 1);
            assertThat(TestJobs.status(database(), job)).isEqualTo("running");
        }
        await().atMost(RESUMED).until(() -> TestJobs.status(database(), job), "completed"::equals);
        assertThat(TestJobs.outcomes(database(), job)).containsExactly("interrupted", "completed");
        work.assertSound(List.of(job));
    }

    /** Its node has said that the claim be committed, and will hear nothing until the network is back. */
    private static UUID claimedWithoutAnswer() {
        database().execute("""
                create function testing.commit_slowly() returns trigger language plpgsql
                as 'begin perform pg_sleep(2); return null; end'
                """);
        database().execute("""
                create constraint trigger slow_claim after update on jobs deferrable initially deferred for each row
                when (new.status = 'running' and new.request_id = 'slow') execute function testing.commit_slowly()
                """);
        UUID job = database().value("""
                insert into jobs (type, payload, request_id)
                values ('test_work', '{"sleep_ms": 0, "effect": true, "hold_ms": 0, "deaf": false}', 'slow') returning id
                """);
        TestJobs.wake(database());
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() ->
                        database().count("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == 1);
        node.proxy().loseAnswers();
        return job;
    }

    @Test
    void handlersThatHoldEveryConnectionDontSilenceTheirNode() {
        // A test before this one may have left its beat on a connection whose answer it still awaits.
        await().atMost(RESUMED).until(LostConnectionIT::isHeard);
        List<UUID> jobs = work.insertHolding(30, Duration.ofSeconds(9));
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        database().count("select count(*) from pg_stat_activity where state = 'idle in transaction'")
                                >= 18);
        await().during(Duration.ofSeconds(6))
                .atMost(Duration.ofSeconds(30))
                .failFast("the node fell silent", () -> !isHeard())
                .until(LostConnectionIT::isHeard);
        await().atMost(Duration.ofSeconds(60)).until(() -> work.count(jobs, "status = 'completed'") == jobs.size());
        work.assertSound(jobs);
    }

    private static boolean isHeard() {
        return database().count("""
                        select count(*) from nodes
                        where state = 'active' and heartbeat_at > clock_timestamp() - interval '4 s'
                        """) == 1;
    }

    private static TestDatabase database() {
        return cluster.database();
    }
}
