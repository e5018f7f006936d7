package io.sluice.abuse.detection;

import io.sluice.abuse.Signals;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.StaleAttemptException;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all projects, page by page, and writes down what the rules find. What suspends is decided once more for each
 * project by a job of its own, enqueued together with the completion of this one; if that would be too many at once,
 * none is, and operators decide.
 */
@ApplicationScoped
@HandlesJob(
        value = DetectAbuseJob.TYPE,
        description = "Looks for abuse in our own figures, and has projects suspended that enforced rules confirm.",
        timeout = "PT30M")
public class DetectAbuseJob implements JobHandler<DetectAbuse> {
    static final String TYPE = "detect_abuse";

    private static final EventLog LOG = EventLog.of(DetectAbuseJob.class);
    private static final int MOST_FAILURES = 100;
    private static final int MOST_DETAILS = 100;
    private static final int MOST_JOBS_AT_ONCE = 1_000;
    private static final Duration ONE_WINDOW = Duration.ofMinutes(15);

    @Inject
    DetectionPages pages;

    @Inject
    FindingRepository findings;

    @Inject
    AbuseCounters counters;

    @Inject
    JobQueue queue;

    @Inject
    AuditLog audit;

    @Override
    public JobOutcome handle(DetectAbuse detect, JobContext context) throws InterruptedException {
        DetectionRun before = pages.open(context);
        LOG.info("abuse detection started", "enforced", detect.enforces());
        List<Finding> reported = new ArrayList<>();
        if (detect.projectIds() == null && before.lastProjectId().isEmpty()) {
            look(List.of(DetectionPages.INSTALLATION), detect, context, reported);
        }
        long total = Math.max(1, pages.count(detect));
        long done = before.projectsChecked();
        List<String> page = pages.next(detect, before.lastProjectId());
        while (!page.isEmpty()) {
            look(page, detect, context, reported);
            done += page.size();
            context.progress((int) Math.min(100, done * 100 / total), done + " projects looked at");
            page = pages.next(detect, page.get(page.size() - 1));
        }

        DetectionRun run = pages.run(context);
        if (run.projectsChecked() == 0 && !run.failed().isEmpty()) {
            return new JobOutcome.Retry("No project could be looked at: " + String.join(", ", run.failed()) + ".");
        }
        context.inCompletion();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("projects_checked", run.projectsChecked());
        result.put("detections", run.detections());
        result.put("failed", run.failed());
        result.put("enforced", detect.enforces());
        if (detect.enforces()) {
            act(context, result);
        } else {
            result.put(
                    "would_suspend",
                    reported.stream()
                            .filter(Finding::suspends)
                            .map(Finding::projectId)
                            .distinct()
                            .count());
            result.put(
                    "details",
                    reported.stream()
                            .limit(MOST_DETAILS)
                            .map(Finding::described)
                            .toList());
        }
        result.put("duration_ms", run.durationMs());
        LOG.info(
                "abuse detection completed",
                "projects_checked",
                run.projectsChecked(),
                "detections",
                run.detections(),
                "suspensions_requested",
                result.get("suspensions_requested"),
                "held",
                result.get("held"),
                "duration_ms",
                run.durationMs());
        counters.ran();
        return JobOutcome.completed(result);
    }

    private void look(List<String> page, DetectAbuse detect, JobContext context, List<Finding> reported)
            throws InterruptedException {
        if (context.cancelled() || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("The detection was asked to stop.");
        }
        try {
            if (detect.enforces()) {
                pages.detect(page, context);
            } else {
                reported.addAll(pages.report(page, context));
            }
        } catch (StaleAttemptException lost) {
            throw lost;
        } catch (RuntimeException failure) {
            if (page.size() > 1) {
                int middle = page.size() / 2;
                look(page.subList(0, middle), detect, context, reported);
                look(page.subList(middle, page.size()), detect, context, reported);
            } else {
                giveUp(page.get(0), failure, context);
            }
        }
    }

    private void giveUp(String projectId, RuntimeException failure, JobContext context) {
        if (pages.run(context).failed().size() >= MOST_FAILURES) {
            throw failure;
        }
        LOG.error("abuse detection of a project failed", failure, "project_id", projectId);
        pages.giveUp(projectId, context);
    }

    /** In the completing transaction: has projects suspended, or holds all of them back if they are too many. */
    private void act(JobContext context, Map<String, @Nullable Object> result) {
        List<FindingRepository.Due> due = findings.due(context.jobId());
        List<String> projects =
                due.stream().map(FindingRepository.Due::projectId).toList();
        long left = due.isEmpty() ? 0 : findings.left();
        boolean held = due.size() > left;
        if (held) {
            findings.settle(projects, "held", "too_many", null);
            audit.record(new NewAuditEntry(
                    "abuse.run_held",
                    "job",
                    context.jobId().toString(),
                    null,
                    null,
                    Map.of("projects", due.size(), "allowed", Math.max(0, left))));
            LOG.warning("abuse suspensions held", "projects", due.size(), "allowed", Math.max(0, left));
        } else {
            for (int from = 0; from < due.size(); from += MOST_JOBS_AT_ONCE) {
                queue.enqueueAll(due.subList(from, Math.min(due.size(), from + MOST_JOBS_AT_ONCE)).stream()
                        .map(each -> NewJob.of(
                                        Signals.DECIDE,
                                        Map.of(
                                                "project_id", each.projectId(),
                                                "pattern_type",
                                                        Signals.Pattern.of(each.rule())
                                                                .word(),
                                                "context", Map.of("detected_by", context.jobId())))
                                .withProject(each.projectId()))
                        .toList());
            }
        }
        List<String> again = findings.toLookAtAgain(context.jobId());
        if (!again.isEmpty()) {
            queue.enqueue(NewJob.of(TYPE, Map.of("project_ids", again)).withDelay(ONE_WINDOW));
        }
        result.put("suspensions_requested", held ? 0 : due.size());
        result.put("held", held ? due.size() : 0);
    }
}
