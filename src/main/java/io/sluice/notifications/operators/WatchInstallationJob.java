package io.sluice.notifications.operators;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;

/** Runs the watch, by its schedule or by hand. */
@ApplicationScoped
@HandlesJob(
        value = "watch_installation",
        description =
                "Tells operators of many dead letters, of a database near its limits and of disputed time zones, once until"
                        + " it is over.")
public class WatchInstallationJob implements JobHandler<WatchInstallationJob.Payload> {
    @Inject
    InstallationWatch watch;

    /** Nothing needs to be said. */
    public record Payload() {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        return JobOutcome.completed(Map.of("told", watch.look()));
    }
}
