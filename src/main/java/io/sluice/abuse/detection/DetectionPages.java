package io.sluice.abuse.detection;

import io.sluice.abuse.AbuseEvents;
import io.sluice.abuse.AbuseEvents.Suspected;
import io.sluice.abuse.detection.FindingRepository.Recorded;
import io.sluice.events.Events;
import io.sluice.events.NewEvent;
import io.sluice.jobs.JobContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;

/**
 * Looks at pages of projects. Each page is one transaction: what it learned and found, what is told about it and the
 * note that the page is done are kept together or not at all, and only while the attempt still owns its job.
 */
@ApplicationScoped
@Transactional(TxType.REQUIRES_NEW)
public class DetectionPages {
    /** Stands for what belongs to no project. */
    static final String INSTALLATION = "";

    @Inject
    FindingRepository findings;

    @Inject
    DetectionRunRepository runs;

    @Inject
    AbuseSettings settings;

    @Inject
    AbuseCounters counters;

    @Inject
    Events events;

    /** Begins the detection, or takes it up where an earlier attempt left it. */
    DetectionRun open(JobContext context) {
        context.requireOwnership();
        runs.open(context.jobId());
        return runs.get(context.jobId());
    }

    /** How far the detection has come. */
    DetectionRun run(JobContext context) {
        return runs.get(context.jobId());
    }

    /** The next projects, in the order of their ids; shorter than a page only at the end. */
    List<String> next(DetectAbuse detect, String after) {
        return runs.next(detect.projectIds(), after, settings.pageSize());
    }

    /** How many projects there are to look at, roughly. */
    long count(DetectAbuse detect) {
        List<String> ids = detect.projectIds();
        return ids == null ? runs.countActive() : ids.size();
    }

    /** Learns what is usual for the page's projects and writes down what the rules find. */
    void detect(List<String> page, JobContext context) {
        context.requireOwnership();
        findings.learn(page);
        List<Recorded> found = findings.record(page, settings.enforcedEnvironments(), 0, null, context.jobId());
        tell(found);
        runs.advance(
                context.jobId(),
                page.get(page.size() - 1),
                page.contains(INSTALLATION) ? 0 : page.size(),
                found.size());
        found.forEach(each -> counters.found(each.outcome()));
    }

    /** Finds without writing anything but how far it has come. */
    List<Finding> report(List<String> page, JobContext context) {
        context.requireOwnership();
        List<Finding> found = findings.findings(page, settings.enforcedEnvironments(), 0);
        runs.advance(
                context.jobId(),
                page.get(page.size() - 1),
                page.contains(INSTALLATION) ? 0 : page.size(),
                found.size());
        return found;
    }

    /** Notes that a project could not be looked at, so that the others can. */
    void giveUp(String projectId, JobContext context) {
        context.requireOwnership();
        runs.fail(context.jobId(), projectId);
    }

    /** Tells what is to be told of new detections, in the caller's transaction. */
    @Transactional(TxType.MANDATORY)
    void tell(List<Recorded> found) {
        events.publish(found.stream()
                .filter(Recorded::toTell)
                .map(DetectionPages::suspected)
                .toList());
    }

    private static NewEvent suspected(Recorded found) {
        return AbuseEvents.SUSPECTED.of(
                found.projectId(),
                new Suspected(
                        found.id(),
                        found.rule(),
                        found.metric(),
                        found.level(),
                        found.value(),
                        found.observed(),
                        found.baseline(),
                        found.windowStart(),
                        found.windowEnd(),
                        found.outcome()));
    }
}
