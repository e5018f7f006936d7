package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Cluster;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A schedule with a slot in every minute, and minutes that pass in leaps while nodes come and go. */
final class PassingMinutes implements AutoCloseable {
    private static final String NAME = "every-minute";

    private final Cluster cluster;
    private final Random random;
    private final Thread passing = new Thread(this::pass, "passing-minutes");
    private volatile boolean over;

    PassingMinutes(Cluster cluster, Random random) {
        this.cluster = cluster;
        this.random = random;
        // Those of the installation would have more to do in such a day than the nodes have time for.
        cluster.database().execute("update schedules set enabled = false");
        cluster.database().execute("""
                insert into schedules (name, job_type, payload, cron, overlap, catch_up, next_run_at)
                values (?, 'test_sleep', '{"sleep_ms": 0}', '* * * * *', 'queue', 1000,
                        date_trunc('minute', sluice_now()) + interval '1 minute')
                """, NAME);
        passing.start();
    }

    private void pass() {
        while (!over) {
            try {
                cluster.database().shiftClock(Duration.ofMinutes(1 + random.nextInt(8)));
            } catch (IllegalStateException away) {
                // Whether these minutes have passed is for the database to say.
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200 + random.nextInt(1_300)));
        }
    }

    /** So many slots at least have passed in the end, and each has exactly one job, which was done. */
    void assertOneJobForEachOf(int slots) {
        close();
        long passed = cluster.database().count("""
                select (extract(epoch from sluice_now() - created_at) / 60)::bigint from schedules where name = ?
                """, NAME);
        for (long minute = passed; minute <= slots; minute++) {
            cluster.database().shiftClock(Duration.ofMinutes(1));
        }
        await().atMost(Duration.ofSeconds(120)).until(() -> cluster.database().count("""
                        select count(*) from schedules where name = ? and next_run_at > sluice_now()
                        """, NAME) == 1);
        TestJobs.wake(cluster.database());
        await().atMost(Duration.ofSeconds(120)).until(() -> cluster.database().count("""
                        select count(*) from jobs where schedule = ? and status <> 'completed'
                        """, NAME) == 0);
        assertThat(cluster.database().query("""
                        select slot, count(*) from jobs where schedule = ? group by slot having count(*) > 1
                        """, NAME)).isEmpty();
        assertThat(cluster.database().count("select count(*) from jobs where schedule = ?", NAME))
                .isGreaterThanOrEqualTo(slots);
        // In one look: the real minutes go on passing.
        assertThat(cluster.database().count("""
                        select count(*) - (extract(epoch from max(slot) - min(slot)) / 60)::bigint - 1
                        from jobs where schedule = ?
                        """, NAME))
                .as("slots without a job, if it is negative")
                .isZero();
        cluster.database().execute("delete from schedules where name = ?", NAME);
    }

    @Override
    public void close() {
        over = true;
        try {
            passing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
