package io.sluice.jobs.worker;

import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.attempts.Attempt;
import io.sluice.jobs.attempts.AttemptEnding;
import io.sluice.jobs.attempts.RunningAttempts;
import io.sluice.jobs.attempts.StopReason;
import io.sluice.jobs.attempts.WorkerFigures;
import io.sluice.logging.EventLog;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;

/** Keeps attempts to their deadlines. Needs no database, so deadlines hold while it is away. */
@ApplicationScoped
class AttemptWatch {
    private static final EventLog LOG = EventLog.of(AttemptWatch.class);
    private static final long ROUND_MS = 100;

    @Resource(lookup = Worker.EXECUTOR)
    ManagedExecutorService executor;

    @Inject
    JobsSettings settings;

    @Inject
    RunningAttempts running;

    @Inject
    AttemptEnding ending;

    @Inject
    WorkerFigures figures;

    void round() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(ROUND_MS);
        running.live().forEach(this::watch);
    }

    private void watch(Attempt attempt) {
        if (attempt.age().compareTo(attempt.handler().timeout()) > 0) {
            attempt.stop(StopReason.TIMEOUT);
        }
        attempt.insist();
        if (attempt.ignoredStopFor(settings.interruptGrace()) && attempt.claimEnd()) {
            figures.abandoned();
            LOG.warning(
                    "job handler ignores its interrupt and is given up",
                    "job_id",
                    attempt.job().id(),
                    "job_type",
                    attempt.job().type());
            executor.execute(() -> abandon(attempt));
        }
    }

    /** Off the watching thread, because the database may be slow. */
    private void abandon(Attempt attempt) {
        try {
            ending.abandoned(attempt);
        } finally {
            running.abandon(attempt);
        }
    }
}
