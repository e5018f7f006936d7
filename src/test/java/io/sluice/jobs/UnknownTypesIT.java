package io.sluice.jobs;

import static io.sluice.testkit.TestJobs.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs of types that only another node knows, and that node has been away for longer than its types are remembered. */
class UnknownTypesIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    /** That of the shared node. */
    private static final Duration LEASE = Duration.ofSeconds(7);

    /** More than half a lease, and than the time from one look at what was left lying to the next. */
    private static final int OUTAGE_SECONDS = 6;

    private final SluiceServer node = TestJobs.node();
    private UUID other;

    @BeforeEach
    void addTheOtherNode() {
        other = DATABASE.value("""
                insert into nodes (name, types, slots, state, heartbeat_at, ended_at)
                values ('4712@elsewhere', '{known_elsewhere}', 5, 'stopped', clock_timestamp() - interval '2 hours',
                        clock_timestamp() - interval '2 hours')
                returning id
                """);
    }

    @AfterEach
    void removeIt() {
        DATABASE.execute("delete from jobs where type = 'known_elsewhere'");
        DATABASE.execute("delete from nodes where id = ?", other);
    }

    @Test
    void theFirstNodeBackAfterAnOutageLeavesTheOthersALeaseToComeBack() {
        signal("STOP");
        UUID job;
        Timestamp back;
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> DATABASE.count("""
                            select count(*) from nodes
                            where state in ('active', 'draining')
                              and heartbeat_at > clock_timestamp() - make_interval(secs => ?)
                            """, OUTAGE_SECONDS) == 0);
            job = DATABASE.value("""
                    insert into jobs (type, scheduled_at, created_at)
                    values ('known_elsewhere', sluice_now() - interval '1 hour', sluice_now() - interval '1 hour')
                    returning id
                    """);
            back = DATABASE.value("select sluice_now()");
        } finally {
            signal("CONT");
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> status(DATABASE, job), "failed"::equals);
        Timestamp parked = DATABASE.value("select completed_at from jobs where id = ?", job);
        assertThat(Duration.between(back.toInstant(), parked.toInstant())).isGreaterThan(LEASE);
    }

    /** Its process stands still, as when it is cut off from everything, and goes on. */
    private void signal(String name) {
        try {
            String pid = String.valueOf(node.process().pid());
            assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
