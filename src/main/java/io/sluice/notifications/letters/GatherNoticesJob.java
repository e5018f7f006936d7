package io.sluice.notifications.letters;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import io.sluice.notifications.Notices;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;

/** Puts waiting notices into letters. Run twice, it finds nothing the second time. */
@ApplicationScoped
@HandlesJob(
        value = GatherNoticesJob.TYPE,
        description = "Gathers waiting notices into letters: one digest for a recipient with more than a handful.",
        maxAttempts = 10)
public class GatherNoticesJob implements JobHandler<GatherNoticesJob.Payload> {
    static final String TYPE = Notices.GATHERING_JOB;

    private static final EventLog LOG = EventLog.of(GatherNoticesJob.class);
    private static final Duration BEFORE_ANOTHER_LOOK = Duration.ofSeconds(5);

    @Inject
    Letters letters;

    /** Nothing needs to be said. */
    public record Payload() {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        Letters.Gathered gathered = letters.gather();
        if (gathered.letters() > 0) {
            LOG.info("notifications gathered", "letters", gathered.letters());
        }
        return gathered.waiting()
                ? new JobOutcome.Snoozed(BEFORE_ANOTHER_LOOK)
                : JobOutcome.completed(Map.of("letters", gathered.letters()));
    }
}
