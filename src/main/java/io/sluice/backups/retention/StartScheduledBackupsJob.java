package io.sluice.backups.retention;

import io.sluice.backups.BackupCounters;
import io.sluice.backups.Backups;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/** Begins the backups that projects have by themselves: the jobs and the next times are written with the job's end. */
@ApplicationScoped
@HandlesJob(value = "start_scheduled_backups", description = "Begins the scheduled backups of projects that are due.")
public class StartScheduledBackupsJob implements JobHandler<StartScheduledBackups> {
    private static final EventLog LOG = EventLog.of(StartScheduledBackupsJob.class);

    @Inject
    RetentionRepository repository;

    @Inject
    Backups backups;

    @Inject
    BackupCounters counters;

    @Override
    public JobOutcome handle(StartScheduledBackups asked, JobContext context) {
        context.inCompletion();
        List<RetentionRepository.Due> due = repository.due();
        long started = due.stream()
                .filter(each ->
                        backups.request(each.projectId(), each.retentionDays()).created())
                .count();
        counters.scheduled(started);
        LOG.info("scheduled backups started", "due", due.size(), "started", started);
        return JobOutcome.completed(Map.of("due", due.size(), "started", started));
    }
}
