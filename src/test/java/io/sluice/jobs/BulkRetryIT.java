package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many jobs retried and cancelled in one call: which of them, and what the audit says of it. */
class BulkRetryIT {
    private static final TestDatabase DATABASE = TestJobs.database();
    private static final String KEYED = """
            insert into jobs (type, payload, status, attempts, max_attempts, completed_at, request_id, project_id, unique_key)
            values ('test_sleep', '{"sleep_ms": 0}', ?, 1, 1, sluice_now(), ?, 'bulk-keys', ?)
            returning id
            """;

    private static Api operator;

    private final String mark = "bulk-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void removeJobs() {
        DATABASE.execute("delete from jobs where request_id = ?", mark);
    }

    @Test
    void aJobIsRetriedWhateverBecameOfALaterOneOfItsKey() {
        UUID failed = keyed("failed");
        keyed("cancelled");
        assertThat(dryRun("{\"project_id\": \"bulk-keys\", \"status\": \"failed\", \"dry_run\": true}"))
                .isEqualTo(1);
        assertThat(dryRun("{\"ids\": [\"" + failed + "\"], \"dry_run\": true}")).isEqualTo(1);
        operator.post("/v1/jobs/retry", "{\"ids\": [\"" + failed + "\"]}").expect(202);
        assertThat(status(DATABASE, failed)).isNotEqualTo("failed");
    }

    @Test
    void ofTwoJobsOfAKeyTheNewerIsRetried() {
        UUID older = keyed("failed");
        UUID newer = keyed("cancelled");
        JsonNode done = operator.post("/v1/jobs/retry", "{\"ids\": [\"" + older + "\", \"" + newer + "\"]}")
                .expect(202)
                .json();
        assertThat(done.path("count").asInt()).isEqualTo(1);
        assertThat(status(DATABASE, older)).isEqualTo("failed");
    }

    /** In its state it still keeps others away, and no other job of its scope can be retried. */
    @Test
    void ofTwoJobsOfAScopeTheOneThatHoldsItIsRetried() {
        UUID holder = scoped("failed");
        UUID newer = scoped("cancelled");
        JsonNode done = operator.post("/v1/jobs/retry", "{\"ids\": [\"" + holder + "\", \"" + newer + "\"]}")
                .expect(202)
                .json();
        assertThat(done.path("count").asInt()).isEqualTo(1);
        assertThat(status(DATABASE, newer)).isEqualTo("cancelled");
    }

    /** Each of them used to be compared with every newer job. */
    @Test
    void thousandsOfJobsWithKeysAreCountedInSeconds() {
        DATABASE.execute("""
                insert into jobs (type, status, attempts, max_attempts, completed_at, request_id, project_id, unique_key)
                select 'test_sleep', case when n % 8 = 0 then 'failed' else 'completed' end, 1, 1, sluice_now(), ?,
                       'bulk-many', ? || n % 4000
                from generate_series(1, 40000) n
                """, mark, mark);
        long begun = System.nanoTime();
        assertThat(dryRun("{\"project_id\": \"bulk-many\", \"status\": \"failed\", \"dry_run\": true}"))
                .isEqualTo(500);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void theAuditSaysWhichJobsWereNamedAndEachOwnerHowManyOfItsOwn() {
        List<UUID> ids = List.of(waiting("bulk-a"), waiting("bulk-a"), waiting("bulk-b"), waiting(null));
        String named =
                "[\"" + String.join("\", \"", ids.stream().map(UUID::toString).toList()) + "\"]";
        operator.post("/v1/jobs/cancel", "{\"reason\": \"%s\", \"ids\": %s}".formatted(mark, named))
                .expect(202);
        List<Map<String, Object>> entries = DATABASE.query("""
                select project_id, cast(after ->> 'count' as integer) as count, after -> 'ids' as ids
                from audit_entries
                where action = 'jobs.cancelled' and after ->> 'reason' = ?
                order by project_id nulls first
                """, mark);
        assertThat(entries).extracting("project_id").containsExactly(null, "bulk-a", "bulk-b");
        assertThat(entries).extracting("count").containsExactly(4, 2, 1);
        assertThat(entries.get(0).get("ids").toString())
                .contains(ids.get(0).toString(), ids.get(3).toString());
        assertThat(entries.get(1).get("ids")).as("those of others").isNull();
    }

    @Test
    void whereAllJobsAreOfOneProjectItsOwnerReadsTheCallItself() {
        UUID only = waiting("bulk-a");
        operator.post("/v1/jobs/cancel", "{\"reason\": \"%s\", \"ids\": [\"%s\"]}".formatted(mark, only))
                .expect(202);
        List<Map<String, Object>> entries = DATABASE.query(
                "select project_id, after -> 'ids' ->> 0 as id from audit_entries where after ->> 'reason' = ?", mark);
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0)).containsEntry("project_id", "bulk-a").containsEntry("id", only.toString());
    }

    @Test
    void noOwnerReadsIdsThatTheCallNamedOfOthers() {
        UUID own = waiting("bulk-a");
        UUID others = DATABASE.value("""
                insert into jobs (type, status, completed_at, request_id, project_id)
                values ('test_sleep', 'completed', sluice_now(), ?, 'bulk-b') returning id
                """, mark);
        operator.post("/v1/jobs/cancel", "{\"reason\": \"%s\", \"ids\": [\"%s\", \"%s\"]}".formatted(mark, own, others))
                .expect(202);
        List<Map<String, Object>> entries = DATABASE.query("""
                select project_id, cast(after ->> 'count' as integer) as count, cast(after -> 'ids' as text) as ids
                from audit_entries where after ->> 'reason' = ? order by project_id nulls first
                """, mark);
        assertThat(entries).extracting("project_id").containsExactly(null, "bulk-a");
        assertThat(entries).extracting("count").containsExactly(1, 1);
        assertThat(entries.get(0).get("ids").toString()).contains(own.toString(), others.toString());
        assertThat(entries.get(1).get("ids")).isNull();
    }

    private static int dryRun(String selection) {
        return operator.post("/v1/jobs/retry", selection)
                .expect(202)
                .json()
                .path("count")
                .asInt();
    }

    private UUID keyed(String status) {
        return DATABASE.value(KEYED, status, mark, mark);
    }

    private UUID scoped(String status) {
        return DATABASE.value("""
                insert into jobs (type, payload, status, attempts, max_attempts, completed_at, request_id, unique_scope,
                    unique_states)
                values ('test_sleep', '{"sleep_ms": 0}', ?, 1, 1, sluice_now(), ?, ':' || ?, array['pending', 'running', 'failed'])
                returning id
                """, status, mark, mark);
    }

    private UUID waiting(@Nullable String project) {
        return DATABASE.value("""
                insert into jobs (type, scheduled_at, request_id, project_id)
                values ('test_sleep', sluice_now() + interval '1 day', ?, ?)
                returning id
                """, mark, project);
    }
}
