package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Types and keys with limits that hold on all nodes together. */
class LimitedTypesIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final String TYPE = "test_result";
    private static final String JOB = "{\"type\": \"test_result\", \"payload\": {\"storable\": true}}";
    private static final String OTHER = "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 0}}";

    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void takeLimitsAway() {
        set("{\"cluster_concurrency\": 0, \"rate_limit\": {\"jobs\": 0, \"per_seconds\": 1}}");
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        DATABASE.count("select count(*) from jobs where type = ? and status = 'pending'", TYPE) == 0);
    }

    /** Jobs with limits are looked for by themselves, and not at all for as long as nobody has heard of any. */
    @Test
    void aJobOfALimitedTypeBeginsAtOnceOnANodeThatHasLongHeardOfNone() {
        set("{\"cluster_concurrency\": 5}");
        await().atMost(Duration.ofSeconds(30))
                .during(Duration.ofSeconds(6))
                .until(() ->
                        DATABASE.count("select count(*) from jobs where type = ? and status = 'pending'", TYPE) == 0);
        awaitHeartbeat();
        UUID id = enqueue(JOB);
        awaitCompleted(id);
        assertThat(DATABASE.count(
                        "select count(*) from jobs where id = ? and started_at < created_at + interval '1.5 seconds'",
                        id))
                .isEqualTo(1);
    }

    /** While claim follows claim, each fills the slots that it frees itself. */
    @Test
    void aBacklogWithoutLimitsHoldsUpNoJobThatHasOne() {
        String key = "beside-" + UUID.randomUUID();
        try {
            DATABASE.execute("""
                    insert into jobs (type, payload, request_id)
                    select 'test_sleep', '{"sleep_ms": 0}', ? from generate_series(1, 20000)
                    """, key);
            await().atMost(Duration.ofSeconds(30)).until(() -> DATABASE.count("""
                            select count(*) from jobs where request_id = ? and status = 'completed' limit 1
                            """, key) > 0);
            UUID limited =
                    enqueue(OTHER.replace("}}", "}, \"concurrency_key\": \"" + key + "\", \"concurrency_limit\": 1}"));
            awaitCompleted(limited);
            assertThat(DATABASE.count(
                            "select count(*) from jobs where id = ? and started_at < created_at + interval '1.5 seconds'",
                            limited))
                    .isEqualTo(1);
            assertThat(DATABASE.count(
                            "select count(*) from jobs where request_id = ? and status = 'pending' limit 1", key))
                    .as("the backlog is still there")
                    .isPositive();
        } finally {
            DATABASE.execute("delete from jobs where request_id = ?", key);
        }
    }

    /** Tokens are left, so that nothing is to be waited for but the operator. */
    @Test
    void aPausedTypeWithARateIsNotLookedForAgainAndAgain() {
        set("{\"rate_limit\": {\"jobs\": 10, \"per_seconds\": 3600}, \"paused\": true}");
        UUID held = enqueue(JOB);
        try {
            // A session that is idle reports what it did up to ten seconds later.
            await().atMost(Duration.ofSeconds(20))
                    .pollDelay(Duration.ofSeconds(12))
                    .until(() -> true);
            long before = looks();
            await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
            assertThat(looks() - before)
                    .as("transactions in 5 s, where looks without a rest alone were some 250")
                    .isLessThan(125);
            assertThat(status(DATABASE, held)).isEqualTo("pending");
        } finally {
            set("{\"paused\": false}");
        }
        awaitCompleted(held);
    }

    /** Transactions, of which each look is one. */
    private static long looks() {
        return DATABASE.count(
                "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()");
    }

    /** The clock went back, or an operator made the bucket smaller while jobs were being taken. */
    @Test
    void aBucketThatOwesTokensHoldsUpNobodyElse() {
        set("{\"rate_limit\": {\"jobs\": 10, \"per_seconds\": 3600}}");
        DATABASE.execute(
                "update job_types set rate_tokens = -50, rate_at = clock_timestamp() + interval '1 hour' where type = ?",
                TYPE);
        UUID held = enqueue(JOB);
        String heldKeyed = JOB.replace("}}", "}, \"concurrency_key\": \"owing\", \"concurrency_limit\": 1}");
        enqueue(heldKeyed);
        for (int i = 0; i < 10; i++) {
            awaitCompleted(enqueue(OTHER));
        }
        assertThat(status(DATABASE, held)).isEqualTo("pending");
        assertThat(operator.get("/health/ready").body())
                .contains("claim_thread")
                .doesNotContain("failing");
    }

    /** A thousand jobs of one caller are judged, and marked to wait, while another's comes in. */
    @Test
    void aCrowdBehindOneKeyHoldsUpNobodyElse() {
        String crowd = "crowd-" + UUID.randomUUID();
        try {
            DATABASE.execute("""
                    insert into jobs (type, payload, concurrency_key, concurrency_limit)
                    select 'test_sleep', '{"sleep_ms": 20000}', ?, 1 from generate_series(1, 1000)
                    """, crowd);
            UUID other = enqueue(
                    OTHER.replace("}}", "}, \"concurrency_key\": \"" + crowd + "-b\", \"concurrency_limit\": 1}"));
            awaitCompleted(other);
            assertThat(DATABASE.count(
                            "select count(*) from jobs where id = ? and started_at < created_at + interval '2 seconds'",
                            other))
                    .isEqualTo(1);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> DATABASE.count(
                                    "select count(*) from jobs where concurrency_key = ? and status = 'running'", crowd)
                            == 1);
        } finally {
            DATABASE.execute("delete from jobs where concurrency_key = ?", crowd);
        }
    }

    /**
     * Limits whose room nobody has told of are found by a look each few seconds, ten thousand at a time; here nobody tells
     * of any. What waits for its time is looked at and stays.
     */
    @Test
    void everyLimitIsLookedAtAgainHoweverManyThereAre() {
        String key = "again-" + UUID.randomUUID();
        try {
            insertBlocked(key, 1, 12_000, "1 day");
            UUID behindMany = insertBlocked(key, 12_001, 12_001, "0");
            awaitCompleted(behindMany);
            UUID before = insertBlocked(key, 0, 0, "0");
            awaitCompleted(before);
        } finally {
            DATABASE.execute("delete from jobs where request_id = ?", key);
        }
    }

    /** Each behind a limit of its own, in their order. */
    private static UUID insertBlocked(String key, int from, int to, String wait) {
        return DATABASE.value("""
                with made as (
                    insert into jobs (type, payload, request_id, scheduled_at, concurrency_key, concurrency_limit, blocked_by)
                    select 'test_sleep', '{"sleep_ms": 0}', ?, sluice_now() + cast(? as interval), key, 1, 'key:' || key
                    from (select ? || '-' || lpad(n::text, 5, '0') as key from generate_series(?, ?) n) keys
                    returning id)
                select id from made limit 1
                """, key, wait, key, from, to);
    }

    /** The next one, which sees jobs with limits too, comes three seconds later. */
    private static void awaitHeartbeat() {
        String beats =
                "select count(*) from nodes where heartbeat_at > clock_timestamp() - interval '100 milliseconds'";
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> DATABASE.count(beats) > 0);
    }

    private static void set(String limits) {
        operator.put("/v1/job-types/" + TYPE, limits).expect(200);
    }

    private static UUID enqueue(String job) {
        return UUID.fromString(
                operator.post("/v1/jobs", job).expect(202).json().path("id").asText());
    }

    private static void awaitCompleted(UUID id) {
        await().atMost(Duration.ofSeconds(30)).until(() -> status(DATABASE, id).equals("completed"));
    }
}
