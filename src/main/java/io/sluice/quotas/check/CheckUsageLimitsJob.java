package io.sluice.quotas.check;

import io.sluice.database.Outage;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.StaleAttemptException;
import io.sluice.logging.EventLog;
import io.sluice.quotas.CheckAction;
import io.sluice.quotas.CheckActions;
import io.sluice.quotas.CheckRequests;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares usage with limits, page by page, and warns and suspends. Goes on after the last finished page when an earlier
 * attempt was cut off. A page that fails is halved until the project at fault stands alone; that one is listed and
 * checked again by a job of its own, while all others are done.
 */
@ApplicationScoped
@HandlesJob(
        value = CheckRequests.JOB_TYPE,
        description = "Compares usage with limits; warns near a limit and suspends at a hard cap.",
        // Usage that reaches a cap is acted on within seconds, however many backups run for half an hour.
        ownSlots = 4)
public class CheckUsageLimitsJob implements JobHandler<CheckUsageLimits> {
    private static final EventLog LOG = EventLog.of(CheckUsageLimitsJob.class);
    private static final int MOST_LISTED = 100;
    private static final int MOST_DETAILS = 100;
    private static final Duration BEFORE_ANOTHER_TRY = Duration.ofMinutes(1);

    @Inject
    CheckPages pages;

    @Inject
    CheckActions actions;

    @Inject
    CheckCounters counters;

    @Inject
    JobQueue queue;

    @Override
    public JobOutcome handle(CheckUsageLimits check, JobContext context) throws InterruptedException {
        CheckRun before = pages.open(context);
        LOG.info("quota check started", "enforced", check.enforces(), "after", blankToNull(before.lastProjectId()));
        for (String failed : before.failed()) {
            check(List.of(failed), check, context);
        }
        checkFrom(before, check, context);

        CheckRun run = pages.run(context);
        LOG.info(
                "quota check completed",
                "projects_checked",
                run.projectsChecked(),
                "projects_suspended",
                run.projectsSuspended(),
                "warnings_sent",
                run.warningsSent(),
                "duration_ms",
                run.duration().toMillis());
        counters.checked();
        if (run.projectsChecked() == 0 && !run.failed().isEmpty()) {
            return new JobOutcome.Retry("No project could be checked: " + String.join(", ", run.failed()) + ".");
        }
        Map<String, Object> result = result(run, check, context);
        context.inCompletion();
        if (check.enforces()) {
            run.failed().forEach(projectId -> checkAgainLater(projectId, check));
        }
        return JobOutcome.completed(result);
    }

    private void checkFrom(CheckRun before, CheckUsageLimits check, JobContext context) throws InterruptedException {
        long total = Math.max(1, pages.count(check));
        long done = before.projectsChecked();
        List<String> page = pages.next(check, before.lastProjectId());
        while (!page.isEmpty()) {
            check(page, check, context);
            done += page.size();
            context.progress((int) Math.min(100, done * 100 / total), done + " projects checked");
            page = pages.next(check, page.get(page.size() - 1));
        }
    }

    private void check(List<String> page, CheckUsageLimits check, JobContext context) throws InterruptedException {
        if (context.cancelled() || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("The check was asked to stop.");
        }
        try {
            count(pages.check(page, check, context));
        } catch (StaleAttemptException lost) {
            throw lost;
        } catch (RuntimeException failure) {
            if (page.size() > 1) {
                int middle = page.size() / 2;
                check(page.subList(0, middle), check, context);
                check(page.subList(middle, page.size()), check, context);
            } else {
                giveUp(page.get(0), failure, context);
            }
        }
    }

    /** However many they are, all others are checked; only a database that is away ends the attempt. */
    private void giveUp(String projectId, RuntimeException failure, JobContext context) {
        if (Outage.caused(failure)) {
            throw failure;
        }
        LOG.error("quota check of a project failed", failure, "project_id", projectId);
        if (pages.run(context).failed().size() < MOST_LISTED) {
            pages.giveUp(projectId, context);
        }
    }

    private void count(CheckPages.Done done) {
        counters.acted(done.suspended().size(), done.warned());
        for (String projectId : done.suspended()) {
            LOG.info("project suspended", "project_id", projectId, "cause", "hard_cap");
        }
    }

    private void checkAgainLater(String projectId, CheckUsageLimits check) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("project_ids", List.of(projectId));
        if (check.metrics() != null) {
            payload.put("metrics", check.metrics());
        }
        queue.enqueue(NewJob.of(CheckRequests.JOB_TYPE, payload)
                .withDelay(BEFORE_ANOTHER_TRY)
                .withProject(projectId));
    }

    private Map<String, Object> result(CheckRun run, CheckUsageLimits check, JobContext context) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("projects_checked", run.projectsChecked());
        result.put("projects_suspended", run.projectsSuspended());
        result.put("warnings_sent", run.warningsSent());
        result.put("not_found", pages.unknown(check.projectIds()));
        result.put("failed", run.failed());
        result.put("enforced", check.enforces());
        result.put("duration_ms", run.duration().toMillis());
        result.put("actions_total", run.actionsTotal());
        result.put(
                "details",
                actions.list(context.jobId(), MOST_DETAILS, null).items().stream()
                        .map(CheckUsageLimitsJob::detail)
                        .toList());
        return result;
    }

    private static Map<String, @Nullable Object> detail(CheckAction action) {
        Map<String, @Nullable Object> detail = new LinkedHashMap<>();
        detail.put("project_id", action.projectId());
        detail.put("metric", action.metric());
        detail.put("period", action.period());
        detail.put("usage", action.usage());
        detail.put("limit", action.limit());
        detail.put("hard_cap", action.hardCap());
        detail.put("usage_percentage", action.usagePercentage());
        detail.put("source", action.source());
        detail.put("action", action.action());
        return detail;
    }

    private static @Nullable String blankToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
