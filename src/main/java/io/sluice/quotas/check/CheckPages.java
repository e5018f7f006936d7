package io.sluice.quotas.check;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.sluice.events.Events;
import io.sluice.events.NewEvent;
import io.sluice.jobs.JobContext;
import io.sluice.projects.ExceededCap;
import io.sluice.projects.Suspension;
import io.sluice.projects.Suspensions;
import io.sluice.quotas.CheckAction;
import io.sluice.quotas.CheckActions;
import io.sluice.quotas.Quotas;
import io.sluice.quotas.Warnings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides about pages of projects. Each page is one transaction: its decisions, what follows from them and the note that
 * the page is done are kept together or not at all, and only while the attempt still owns its job.
 */
@ApplicationScoped
@Transactional(TxType.REQUIRES_NEW)
public class CheckPages implements Quotas.Enforcement {
    @Inject
    CheckRepository repository;

    @Inject
    CheckRunRepository runs;

    @Inject
    CheckSettings settings;

    @Inject
    Suspensions suspensions;

    @Inject
    Warnings warnings;

    @Inject
    CheckActions actions;

    @Inject
    Events events;

    /**
     * What one page did, after its commit.
     *
     * @param suspended ids of the projects
     */
    record Done(List<String> suspended, int warned) {}

    /** Begins the check, or takes it up where an earlier attempt left it. */
    CheckRun open(JobContext context) {
        context.requireOwnership();
        runs.open(context.jobId());
        return runs.get(context.jobId());
    }

    /** How far the check has come. */
    CheckRun run(JobContext context) {
        return runs.get(context.jobId());
    }

    /** The next projects to check, in the order of their ids; shorter than a page only at the end. */
    List<String> next(CheckUsageLimits check, String after) {
        return repository.next(check.projectIds(), after, settings.pageSize());
    }

    /** How many projects there are to check, roughly. */
    long count(CheckUsageLimits check) {
        List<String> ids = check.projectIds();
        return ids == null ? repository.countActive() : ids.size();
    }

    /** Those of the projects that do not exist. */
    List<String> unknown(@Nullable List<String> projectIds) {
        return projectIds == null ? List.of() : repository.unknown(projectIds);
    }

    /**
     * Checks a page of projects: suspends, warns, and notes what was done; in a dry run only notes what would be done.
     *
     * @throws RuntimeException any failure; then nothing of the page was done
     */
    Done check(List<String> page, CheckUsageLimits check, JobContext context) {
        context.requireOwnership();
        repository.preferLookUps();
        List<Verdict> verdicts = judge(page, check);
        return check.enforces() ? enforce(page, verdicts, check, context.jobId()) : report(page, verdicts, context);
    }

    @Override
    @Transactional
    public boolean suspends(String projectId) {
        return repository.isEnforced(projectId, settings.enforcedEnvironments());
    }

    /** Notes that a project could not be checked, so that the others can. */
    void giveUp(String projectId, JobContext context) {
        context.requireOwnership();
        runs.fail(context.jobId(), projectId);
    }

    private Done enforce(List<String> page, List<Verdict> found, CheckUsageLimits check, UUID jobId) {
        List<Verdict> verdicts = confirm(found, check);
        Map<String, List<Verdict>> overCap = verdicts.stream()
                .filter(Verdict::suspends)
                .collect(groupingBy(Verdict::projectId, TreeMap::new, toList()));
        List<Suspension> suspended = suspensions.suspendOverCap(
                overCap.entrySet().stream()
                        .map(entry -> suspension(entry.getKey(), entry.getValue()))
                        .toList(),
                jobId);
        List<Verdict> due = toWarn(verdicts);
        Map<Verdict.Subject, UUID> given = warnings
                .give(due.stream().map(Verdict::warning).toList(), jobId)
                .stream()
                .collect(toMap(Verdict.Subject::of, Warnings.Given::id));
        List<Verdict> warned = due.stream()
                .filter(verdict -> given.containsKey(verdict.subject()))
                .toList();

        List<CheckAction> done = new ArrayList<>();
        verdicts.stream()
                .filter(Verdict::suspends)
                .map(verdict -> verdict.action("project_suspended"))
                .forEach(done::add);
        warned.stream().map(verdict -> verdict.action("warning_sent")).forEach(done::add);
        List<String> stopped = suspended.stream().map(Suspension::projectId).toList();
        publish(verdicts, Set.copyOf(stopped), warned, given, jobId);
        int recorded = actions.record(jobId, done);
        runs.advance(jobId, page, suspended.size(), warned.size(), recorded);
        return new Done(stopped, warned.size());
    }

    private void publish(
            List<Verdict> verdicts,
            Set<String> suspended,
            List<Verdict> warned,
            Map<Verdict.Subject, UUID> warningIds,
            UUID jobId) {
        List<NewEvent> news = new ArrayList<>();
        verdicts.stream()
                .filter(verdict -> verdict.suspends() && suspended.contains(verdict.projectId()))
                .map(verdict -> QuotaEvents.exceeded(verdict, jobId))
                .forEach(news::add);
        warned.stream()
                .map(verdict ->
                        QuotaEvents.reached(verdict, Objects.requireNonNull(warningIds.get(verdict.subject())), jobId))
                .forEach(news::add);
        events.publish(news);
    }

    private Done report(List<String> page, List<Verdict> verdicts, JobContext context) {
        List<CheckAction> would = new ArrayList<>();
        verdicts.stream()
                .filter(Verdict::suspends)
                .map(verdict -> verdict.action("would_suspend"))
                .forEach(would::add);
        toWarn(verdicts).stream().map(verdict -> verdict.action("would_warn")).forEach(would::add);
        runs.advance(context.jobId(), page, 0, 0, actions.record(context.jobId(), would));
        return new Done(List.of(), 0);
    }

    /**
     * Locks the projects that are to be suspended or warned together with their limits, and decides about them anew:
     * whatever was changed since they were found is seen, and what is changed from now on waits.
     */
    private List<Verdict> confirm(List<Verdict> found, CheckUsageLimits check) {
        if (found.isEmpty()) {
            return found;
        }
        Set<String> concerned = found.stream().map(Verdict::projectId).collect(toCollection(TreeSet::new));
        List<String> active = suspensions.lockActive(concerned);
        repository.lockPlans();
        return judge(active, check);
    }

    private List<Verdict> judge(List<String> projectIds, CheckUsageLimits check) {
        return repository.judge(projectIds, check.metrics(), settings.enforcedEnvironments());
    }

    /** A run that suspends for a metric does not warn about it as well. */
    private static List<Verdict> toWarn(List<Verdict> verdicts) {
        Map<String, Set<String>> suspending = verdicts.stream()
                .filter(Verdict::suspends)
                .collect(groupingBy(Verdict::projectId, mapping(Verdict::metric, toCollection(TreeSet::new))));
        return verdicts.stream()
                .filter(verdict -> verdict.newBand() != null)
                .filter(verdict ->
                        !suspending.getOrDefault(verdict.projectId(), Set.of()).contains(verdict.metric()))
                .toList();
    }

    private static Suspensions.OverCap suspension(String projectId, List<Verdict> verdicts) {
        List<ExceededCap> caps = verdicts.stream().map(Verdict::exceededCap).toList();
        String reason = caps.stream()
                .map(cap -> cap.metric() + " reached " + cap.usage() + " of at most " + cap.hardCap() + " per "
                        + cap.period())
                .collect(joining("; ", "Hard cap reached: ", "."));
        return new Suspensions.OverCap(projectId, reason, caps);
    }
}
