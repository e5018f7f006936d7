package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.job;
import static io.sluice.testkit.TestJobs.ledger;
import static io.sluice.testkit.TestJobs.outcomes;
import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that lives, and yet does nothing about the deadlines of its jobs. */
class OverdueJobIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    /** Half a minute more than a handler of the shared node may go on after its interrupt. */
    private static final Duration GRACE = Duration.ofSeconds(32);

    private UUID deaf;

    @BeforeEach
    void start() {
        TestJobs.node();
        deaf = DATABASE.value("""
                insert into nodes (name, types, slots) values ('4711@elsewhere', '{}', 5) returning id
                """);
    }

    @AfterEach
    void stop() {
        DATABASE.execute("delete from jobs where node_id = ?", deaf);
        DATABASE.execute("delete from nodes where id = ?", deaf);
    }

    @Test
    void aJobIsTakenFromALivingNodeOnceItsDeadlineIsLongPastAndNoSooner() {
        UUID inTime = running("interval '10 minutes'");
        UUID overdue = running("interval '-33 seconds'");
        UUID late = running("interval '-20 seconds'");
        for (UUID taken : List.of(overdue, late)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                DATABASE.execute("update nodes set heartbeat_at = clock_timestamp() where id = ?", deaf);
                return status(DATABASE, taken).equals("completed");
            });
            assertThat(outcomes(DATABASE, taken)).containsExactly("lost", "completed");
            assertThat(job(DATABASE, taken)).containsEntry("attempts", 2).containsEntry("rescues", 1);
            assertThat(ledger(DATABASE, taken)).extracting("event").containsExactly("start", "end");
            assertThat(DATABASE.count("""
                            select count(*) from job_attempts
                            where job_id = ? and outcome = 'lost' and worker = '4711@elsewhere'
                              and ended_at - started_at >= make_interval(secs => ?)
                            """, taken, (double) GRACE.toSeconds()))
                    .as("taken no sooner than that after its deadline")
                    .isOne();
        }
        assertThat(job(DATABASE, inTime)).containsEntry("status", "running").containsEntry("node_id", deaf);
        assertThat(outcomes(DATABASE, inTime)).isEmpty();
        assertThat(DATABASE.<String>value("select state from nodes where id = ?", deaf))
                .isEqualTo("active");
    }

    /** A job that the node holds; begun at its deadline, so that the time that passes beyond it can be read. */
    private UUID running(String deadlineFromNow) {
        return DATABASE.value("""
                insert into jobs (type, payload, status, node_id, fencing_token, attempts, started_at, deadline_at)
                values ('test_sleep', '{"sleep_ms": 1}', 'running', ?, nextval('job_fencing_tokens'), 1,
                        sluice_now() + %1$s, clock_timestamp() + %1$s)
                returning id
                """.formatted(deadlineFromNow), deaf);
    }
}
