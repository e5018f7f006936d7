package io.sluice.testkit;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.UUID;

/** Lets one job die at each of its steps in turn, one attempt after the other, and then do its work undisturbed. */
public final class DyingSteps {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final TestDatabase database;
    private final UUID job;
    private final String ours;

    private DyingSteps(TestDatabase database, UUID job, String ours) {
        this.database = database;
        this.job = job;
        this.ours = ours;
    }

    /**
     * One thing that a job does.
     *
     * @param ofRow an expression on {@code new} or {@code old} that is {@code ours} for the rows that are meant
     */
    public record Step(String table, String what, String ofRow) {}

    /** A new job with attempts enough, that waits until it is told to go. */
    public static DyingSteps of(TestDatabase database, String type, String payload, String ours) {
        UUID job = database.value(
                "insert into jobs (type, payload, max_attempts, scheduled_at)"
                        + " values (?, cast(? as jsonb), 20, sluice_now() + interval '1 day') returning id",
                type,
                payload);
        return new DyingSteps(database, job, ours);
    }

    public UUID job() {
        return job;
    }

    /** Waits after each death until the attempt has ended, and has it looked at what is there; returns the job's end. */
    public String inTurn(Runnable untouched, Step... steps) {
        for (Step step : steps) {
            try (DyingStep dying = DyingStep.at(database, step.table(), step.what(), step.ofRow(), ours)) {
                long before = deaths();
                go();
                await("the death at " + step)
                        .atMost(LONGEST)
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> deaths() > before && setAside());
            }
            untouched.run();
        }
        go();
        await("the end of the job").atMost(LONGEST).until(() -> !"pending running".contains(status()));
        return status();
    }

    private String status() {
        return TestJobs.status(database, job);
    }

    private long deaths() {
        return database.count("select count(*) from job_attempts where job_id = ? and outcome = 'failed'", job);
    }

    /** While the step still kills: its retry comes after a second or less, and must not find the way free before we look. */
    private boolean setAside() {
        return database.execute(
                        "update jobs set scheduled_at = sluice_now() + interval '1 day' where id = ? and status = 'pending'",
                        job)
                == 1;
    }

    private void go() {
        await("the next attempt").atMost(LONGEST).until(() -> "pending".equals(status()));
        database.execute("update jobs set scheduled_at = sluice_now() where id = ? and status = 'pending'", job);
        TestJobs.wake(database);
    }
}
