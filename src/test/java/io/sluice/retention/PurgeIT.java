package io.sluice.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The purge removes what is old enough of every kind, and nothing else; a dry run says the same and removes nothing. */
class PurgeIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    private static Api operator;

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @Test
    void everyKindLosesExactlyWhatIsOldEnough() {
        finished("completed", 8, 12_000);
        finished("completed", 6, 5);
        finished("failed", 31, 7);
        finished("failed", 8, 5);
        finished("cancelled", 31, 3);
        DATABASE.execute("""
                insert into jobs (id, type, created_at, scheduled_at)
                select sluice_uuid_floor(now() - interval '300 days' - n * interval '1 second'), 'purge_test_waiting',
                       now() - interval '300 days', now() + interval '1 day'
                from generate_series(1, 4) n
                """);
        DATABASE.execute("""
                insert into job_attempts (job_id, fencing_token, attempt, worker, started_at, outcome)
                select id, 1, 1, 'purge-test', now(), 'completed' from jobs where type = 'purge_test'
                """);
        long months = months();
        DATABASE.execute("create table usage_events_202001 partition of usage_events for values in ('2020-01-01')");
        DATABASE.execute("""
                create table usage_buckets_202001 partition of usage_buckets
                for values from ('2020-01-01Z') to ('2020-02-01Z')
                """);
        DATABASE.execute("""
                insert into events (id, type, occurred_at, data)
                select sluice_uuid_floor(now() - make_interval(days => n)), 'purge.test', now() - make_interval(days => n), '{}'
                from unnest(array[29, 31, 40]) n
                """);
        DATABASE.execute("insert into job_check_runs (job_id) values (gen_random_uuid())");
        String key = keysAndAbuse();
        countersAndWarnings();

        JsonNode dry = purge("{\"dry_run\": true}");
        assertThat(dry.path("dry_run").asBoolean()).isTrue();
        assertThat(count("type = 'purge_test'")).isEqualTo(12_020);

        JsonNode done = purge("{}");
        for (JsonNode result : new JsonNode[] {dry, done}) {
            JsonNode kinds = result.path("kinds");
            assertThat(rows(kinds, "completed_jobs")).isEqualTo(12_000);
            assertThat(rows(kinds, "failed_jobs")).isEqualTo(7);
            assertThat(rows(kinds, "cancelled_jobs")).isEqualTo(3);
            assertThat(rows(kinds, "usage_event_months")).isEqualTo(1);
            assertThat(rows(kinds, "usage_bucket_months")).isEqualTo(1);
            assertThat(rows(kinds, "usage_counters")).isEqualTo(3);
            assertThat(rows(kinds, "warnings")).isEqualTo(1);
            assertThat(rows(kinds, "events")).isEqualTo(2);
            assertThat(rows(kinds, "checks")).isEqualTo(1);
            assertThat(rows(kinds, "key_uses")).isEqualTo(1);
            assertThat(rows(kinds, "abuse_detections")).isEqualTo(1);
            assertThat(rows(kinds, "abuse_key_activity")).isEqualTo(1);
            assertThat(rows(kinds, "abuse_runs")).isEqualTo(1);
            assertThat(kinds.path("completed_jobs").path("kept_for").asText()).isEqualTo("PT168H");
        }
        assertThat(count("type = 'purge_test' and status = 'completed'")).isEqualTo(5);
        assertThat(count("type = 'purge_test' and status = 'failed'")).isEqualTo(5);
        assertThat(count("type = 'purge_test_waiting'")).isEqualTo(4);
        assertThat(DATABASE.count("select count(*) from job_attempts where worker = 'purge-test'"))
                .isEqualTo(10);
        assertThat(DATABASE.count("select count(*) from events where type = 'purge.test'"))
                .isEqualTo(1);
        assertThat(DATABASE.count("select count(*) from usage_counters where project_id = 'purged'"))
                .as("counters that reports can still have buckets of")
                .isEqualTo(2);
        assertThat(DATABASE.count("select count(*) from warnings where project_id = 'purged'"))
                .isEqualTo(1);
        assertThat(DATABASE.count("select count(*) from api_key_uses where key_id = cast(? as uuid)", key))
                .isEqualTo(1);
        assertThat(DATABASE.query("select outcome from abuse_detections order by detected_at"))
                .as("what nobody has to decide on any more went, what is young stayed")
                .extracting(row -> row.get("outcome"))
                .containsExactly("held", "flagged");
        assertThat(months()).isEqualTo(months);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(operator.get("/metrics").expect(200).body())
                                .containsPattern("sluice_purged_rows_total\\{kind=\"failed_jobs\"[^}]*} 7\\.0"));
        assertThat(rows(purge("{\"kinds\": [\"completed_jobs\"]}").path("kinds"), "completed_jobs"))
                .isZero();
        DATABASE.execute("delete from jobs where type like 'purge_test%'");
    }

    /** Whoever inserts rows by hand may give them ids that say nothing of when they were made. */
    @Test
    void finishedJobsGoByTheirEndWhateverTheirIdsAre() {
        for (String id : List.of("f0000000", "00000000")) {
            for (String age : List.of("1 year", "1 day")) {
                DATABASE.execute("""
                        with made as (
                            insert into jobs (id, type, status, completed_at)
                            values (cast(? as uuid), 'purge_test_by_hand', 'completed', sluice_now() - cast(? as interval))
                            returning id
                        )
                        insert into job_attempts (job_id, fencing_token, attempt, worker, started_at, outcome)
                        select id, 1, 1, 'purge-test-by-hand', now(), 'completed' from made
                        """, id + "-0000-4000-8000-00000000000" + age.length(), age);
            }
        }
        purge("{\"kinds\": [\"completed_jobs\"]}");
        assertThat(DATABASE.query("select id::text from jobs where type = 'purge_test_by_hand' order by id"))
                .extracting(row -> row.get("id"))
                .containsExactly("00000000-0000-4000-8000-000000000005", "f0000000-0000-4000-8000-000000000005");
        assertThat(DATABASE.count("select count(*) from job_attempts where worker = 'purge-test-by-hand'"))
                .isEqualTo(2);
        DATABASE.execute("delete from jobs where type = 'purge_test_by_hand'");
    }

    @Test
    void aKindThatDoesNotExistIsAMistake() {
        UUID job = enqueue("{\"kinds\": [\"pending_jobs\"]}");
        await().atMost(Duration.ofSeconds(30)).until(() -> TestJobs.status(DATABASE, job), "failed"::equals);
    }

    @Test
    void thePurgeRunsEveryDay() {
        assertThat(operator.get("/v1/schedules/daily-purge")
                        .expect(200)
                        .json()
                        .path("cron")
                        .asText())
                .isEqualTo("17 3 * * *");
    }

    /** The partitions of usage. */
    private static long months() {
        return DATABASE.count("""
                select count(*) from pg_class where relname ~ '^usage_(events|buckets)_20[0-9]{4}$'
                """);
    }

    /** Returns the id of the key. */
    private static String keysAndAbuse() {
        operator.post("/v1/projects", "{\"id\": \"purged\", \"name\": \"P\", \"owner_email\": \"p@example.org\"}")
                .expect(201);
        String key = operator.post("/v1/projects/purged/keys", "{\"name\": \"k\"}")
                .expect(201)
                .json()
                .path("id")
                .asText();
        DATABASE.execute("""
                insert into api_key_uses (key_id, bucket_start, success, error)
                select cast(? as uuid), date_trunc('hour', now()) - make_interval(days => n), 1, 0
                from unnest(array[399, 401]) n
                """, key);
        DATABASE.execute("""
                insert into abuse_detections (rule, level, value, observed, previous, window_start, window_end, mode,
                    outcome, notified, job_id, detected_at)
                select 'usage_spike', 'warning', 1, 1, 1, at, at + interval '1 hour', 'observe', outcome, false,
                    gen_random_uuid(), at
                from (values (now() - interval '402 days', 'held'), (now() - interval '401 days', 'dismissed'),
                    (now() - interval '399 days', 'flagged')) found (at, outcome)
                """);
        DATABASE.execute("""
                insert into abuse_key_activity (project_id, kind, bucket_start, quantity)
                select 'purged', 'refused', now() - make_interval(days => n), 1 from unnest(array[6, 8]) n
                """);
        DATABASE.execute("insert into job_abuse_runs (job_id) values (gen_random_uuid())");
        return key;
    }

    private static void countersAndWarnings() {
        DATABASE.execute("""
                insert into usage_counters (project_id, metric, unit, period_start, quantity)
                select 'purged', metric, unit, now() - make_interval(days => ago), 1
                from (values ('requests', 'day', 871), ('requests', 'month', 871), ('errors', 'month', 900),
                    ('requests', 'day', 869), ('requests', 'month', 869)) counted (metric, unit, ago)
                """);
        DATABASE.execute("""
                insert into warnings (id, project_id, metric, unit, period_start, threshold, quota_limit, usage, sent_at)
                select sluice_uuid_floor(at), 'purged', 'requests', 'month', at, 80, 10, 8, at
                from (values (now() - interval '801 days'), (now() - interval '799 days')) given (at)
                """);
    }

    private static void finished(String status, int daysAgo, int count) {
        DATABASE.execute("""
                insert into jobs (id, type, status, created_at, scheduled_at, completed_at)
                select sluice_uuid_floor(now() - make_interval(days => ?) - n * interval '1 second' - interval '1 ms' * ?),
                       'purge_test', ?, now() - make_interval(days => ?), now(), now() - make_interval(days => ?)
                from generate_series(1, ?) n
                """, daysAgo, status.length(), status, daysAgo, daysAgo, count);
    }

    private static JsonNode purge(String payload) {
        UUID job = enqueue(payload);
        await().atMost(Duration.ofSeconds(60)).until(() -> TestJobs.status(DATABASE, job), "completed"::equals);
        return operator.get("/v1/jobs/" + job).expect(200).json().path("result");
    }

    private static UUID enqueue(String payload) {
        return UUID.fromString(operator.post("/v1/jobs", "{\"type\": \"purge\", \"payload\": " + payload + "}")
                .expect(202)
                .json()
                .path("id")
                .asText());
    }

    private static long rows(JsonNode kinds, String kind) {
        return kinds.path(kind).path("rows").asLong(-1);
    }

    private static long count(String condition) {
        return DATABASE.count("select count(*) from jobs where " + condition);
    }
}
