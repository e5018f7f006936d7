package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.outcomes;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The clock of the database was a day ahead for a while: what was written then lies in the future now. */
class ClockSetBackIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    /** Schedules are looked at once a minute. */
    private static final Duration SOON = Duration.ofSeconds(90);

    private static Api operator;

    private final String mark = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        operator = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterEach
    void leaveNothing() {
        DATABASE.execute("delete from schedules where name like '%' || ?", mark);
        DATABASE.execute("delete from jobs where schedule like '%' || ? and status = 'pending'", mark);
    }

    @Test
    void aScheduleGoesOnWithTheSlotThatTheCalendarNamesAndASlotThatHasItsJobGetsNoOther() {
        String often = add("often", "every_ms", 10_000, "queue");
        String yearly = add("yearly", "cron", "0 3 1 1 *", "queue");
        String paused = add("paused", "every_ms", 10_000, "queue");
        for (String name : new String[] {often, yearly, paused}) {
            await().atMost(Duration.ofSeconds(30)).until(() -> next(name) != null);
        }
        Timestamp ofYear = next(yearly);
        DATABASE.execute("""
                update schedules set next_run_at = next_run_at + interval '1 day', enabled = name not like 'paused%'
                where name in (?, ?)
                """, often, paused);
        Timestamp ofPaused = next(paused);
        Timestamp before = DATABASE.value("select sluice_now()");
        await().atMost(SOON)
                .until(() ->
                        jobsOf(often, "slot between '" + before + "' and sluice_now() and status = 'completed'") > 0);
        Timestamp had = DATABASE.value("""
                insert into jobs (type, payload, schedule, slot, status, completed_at)
                select 'test_sleep', '{"sleep_ms": 0}', name, next_run_at + interval '10 s', 'completed', sluice_now()
                from schedules where name = ?
                returning slot
                """, often);
        await().atMost(SOON).until(() -> next(often).after(had));

        assertThat(jobsOf(often, "slot = '" + had + "'")).isOne();
        assertThat(DATABASE.query("select slot from jobs where schedule = ?", often))
                .extracting("slot")
                .doesNotHaveDuplicates();
        assertThat(DATABASE.count("select count(*) from schedules where name = ? and missed + skipped > 0", often))
                .isZero();
        assertThat(next(yearly)).isEqualTo(ofYear);
        assertThat(next(paused)).isEqualTo(ofPaused);
        assertThat(TestJobs.node().output())
                .contains("schedule put back to its calendar schedule=" + often)
                .doesNotContain("schedule put back to its calendar schedule=" + yearly);
    }

    /** It stays pending until its own slot comes, and is no earlier job until then. */
    @Test
    void aPendingJobOfALaterSlotHoldsUpNoSlot() {
        String name = add("overlapping", "cron", "0 3 1 1 *", "skip");
        await().atMost(Duration.ofSeconds(30)).until(() -> next(name) != null);
        DATABASE.execute("""
                insert into jobs (type, payload, schedule, slot, scheduled_at)
                values ('test_sleep', '{"sleep_ms": 0}', ?, sluice_now() + interval '1 day',
                        sluice_now() + interval '1 day')
                """, name);
        DATABASE.execute("update schedules set next_run_at = sluice_now() where name = ?", name);
        await().atMost(Duration.ofSeconds(30)).until(() -> jobsOf(name, "slot <= sluice_now()") == 1);
    }

    @Test
    void anEmptyBucketOfATypesRateFillsFromNowOn() {
        String limit = "{\"rate_limit\": {\"jobs\": %d, \"per_seconds\": 10}}";
        operator.put("/v1/job-types/test_result", limit.formatted(10)).expect(200);
        try {
            DATABASE.execute("""
                    update job_types set rate_tokens = 0, rate_at = clock_timestamp() + interval '1 day'
                    where type = 'test_result'
                    """);
            UUID held = TestJobs.insert(DATABASE, "test_result", "{\"storable\": true}");
            await().atMost(SOON).until(() -> status(DATABASE, held), "completed"::equals);
        } finally {
            operator.put("/v1/job-types/test_result", limit.formatted(0)).expect(200);
        }
    }

    /** It said so while the clock was ahead, and was killed. */
    @Test
    void aNodeThatLastLivedInTheFutureIsBuriedAfterALease() {
        UUID dead = DATABASE.value("""
                insert into nodes (name, types, slots, heartbeat_at)
                values ('4713@elsewhere', '{}', 5, clock_timestamp() + interval '1 day') returning id
                """);
        UUID job = DATABASE.value("""
                insert into jobs (type, payload, status, node_id, fencing_token, attempts, started_at, deadline_at)
                values ('test_sleep', '{"sleep_ms": 1}', 'running', ?, nextval('job_fencing_tokens'), 1,
                        sluice_now() + interval '1 day', clock_timestamp() + interval '1 day')
                returning id
                """, dead);
        try {
            await().atMost(SOON).until(() -> status(DATABASE, job), "completed"::equals);
            assertThat(outcomes(DATABASE, job)).containsExactly("lost", "completed");
        } finally {
            DATABASE.execute("delete from jobs where id = ?", job);
            DATABASE.execute("delete from nodes where id = ?", dead);
        }
    }

    private String add(String prefix, String calendar, Object slots, String overlap) {
        String name = prefix + "-" + mark;
        DATABASE.execute("""
                insert into schedules (name, job_type, payload, %s, overlap)
                values (?, 'test_sleep', '{"sleep_ms": 0}', ?, ?)
                """.formatted(calendar), name, slots, overlap);
        return name;
    }

    private static Timestamp next(String name) {
        return DATABASE.value("select next_run_at from schedules where name = ?", name);
    }

    private static long jobsOf(String name, String condition) {
        return DATABASE.count("select count(*) from jobs where schedule = ? and " + condition, name);
    }
}
