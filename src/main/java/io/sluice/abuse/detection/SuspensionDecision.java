package io.sluice.abuse.detection;

import io.sluice.abuse.Detection;
import io.sluice.abuse.Detections;
import io.sluice.abuse.Signals;
import io.sluice.abuse.detection.FindingRepository.Recorded;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import io.sluice.logging.EventLog;
import io.sluice.projects.Suspension;
import io.sluice.projects.Suspensions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one suspected project. Holds the project locked, reads our own figures, and asks the rules; nothing that
 * a caller measured is looked at.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class SuspensionDecision {
    private static final EventLog LOG = EventLog.of(SuspensionDecision.class);
    private static final int NEXT_QUARTER = 15;

    @Inject
    FindingRepository findings;

    @Inject
    DetectionPages pages;

    @Inject
    Detections detections;

    @Inject
    Suspensions suspensions;

    @Inject
    AbuseSettings settings;

    @Inject
    AbuseCounters counters;

    @Inject
    AuditLog audit;

    @Inject
    JobQueue queue;

    /** Decides, in the caller's transaction, and says what was done in the words of the job's result. */
    Map<String, @Nullable Object> decide(AutoSuspend suspect, UUID jobId) {
        String projectId = suspect.projectId();
        Verdict verdict = new Verdict(suspect, jobId);
        if (suspensions.lockActive(List.of(projectId)).isEmpty()) {
            if (suspect.enforces()) {
                findings.settle(List.of(projectId), "flagged", "not_active", null);
            }
            return verdict.result("logged_only", "The project is not active.");
        }
        if (suspect.confirmedDetection() != null) {
            return decideConfirmed(suspect.confirmedDetection(), verdict);
        }
        if (suspect.enforces()) {
            findings.learn(List.of(projectId));
        }
        return decideByRules(verdict);
    }

    private Map<String, @Nullable Object> decideConfirmed(UUID id, Verdict verdict) {
        Detection found = detections.get(id);
        if (!found.outcome().equals("confirmed") || !verdict.projectId().equals(found.projectId())) {
            return verdict.result("logged_only", "No operator has confirmed this detection for this project.");
        }
        verdict.confirmed = true;
        verdict.detectionId = id;
        if (!verdict.suspect.enforces()) {
            return audited(verdict.result("logged_only", "Dry run."), verdict);
        }
        Suspension done =
                suspend(verdict, "Abuse (" + found.rule() + "), confirmed by an operator: " + found.decision() + ". ");
        findings.settleConfirmed(id, done.id());
        return audited(verdict.result("project_suspended", null), verdict);
    }

    private Map<String, @Nullable Object> decideByRules(Verdict verdict) {
        List<String> ids = List.of(verdict.projectId());
        int ahead = 0;
        List<Finding> found = matching(verdict, 0);
        if (found.stream().noneMatch(Finding::suspends)) {
            List<Finding> soon = matching(verdict, NEXT_QUARTER);
            if (soon.stream().anyMatch(Finding::suspends) || found.isEmpty()) {
                found = soon;
                ahead = NEXT_QUARTER;
            }
        }
        verdict.finding = found.isEmpty() ? null : found.get(0);
        verdict.confirmed = found.stream().anyMatch(Finding::suspends);
        if (!verdict.suspect.enforces()) {
            Map<String, @Nullable Object> result = verdict.result("logged_only", "Dry run.");
            return verdict.confirmed ? audited(result, verdict) : result;
        }
        List<Recorded> recorded = found.isEmpty()
                ? reportToOperators(verdict)
                : findings.record(
                        ids,
                        settings.enforcedEnvironments(),
                        ahead,
                        found.stream().map(Finding::rule).distinct().toList(),
                        verdict.jobId);
        recorded.forEach(each -> counters.found(each.outcome()));
        pages.tell(recorded);
        verdict.detectionId = recorded.isEmpty() ? null : recorded.get(0).id();

        Optional<Finding> enforced = found.stream().filter(Finding::enforced).findFirst();
        if (enforced.isPresent() && findings.left() > 0) {
            verdict.finding = enforced.get();
            Suspension done = suspend(verdict, "Abuse: " + enforced.get().sentence() + ". ");
            findings.settle(ids, "suspended", null, done.id());
            return audited(verdict.result("project_suspended", null), verdict);
        }
        findings.settle(
                ids,
                enforced.isPresent() ? "held" : "flagged",
                enforced.isPresent() ? "too_many" : "not_confirmed",
                null);
        if (found.stream().anyMatch(each -> "first_window".equals(each.withheld()))) {
            lookAgain(verdict.projectId());
        }
        boolean told = recorded.stream().anyMatch(Recorded::toTell);
        Map<String, @Nullable Object> result = verdict.result(
                told ? "warning_sent" : "logged_only",
                enforced.isPresent() ? "Too many suspensions within an hour: an operator decides." : reason(found));
        return verdict.confirmed ? audited(result, verdict) : result;
    }

    private List<Finding> matching(Verdict verdict, int ahead) {
        Signals.Pattern meant = verdict.suspect.meant();
        return findings.findings(List.of(verdict.projectId()), settings.enforcedEnvironments(), ahead).stream()
                .filter(found ->
                        meant == Signals.Pattern.SUSPICIOUS_PATTERN || Signals.Pattern.of(found.rule()) == meant)
                .toList();
    }

    /** A pattern that no rule of ours sees is for a person to judge; figures that ours contradict are for nobody. */
    private List<Recorded> reportToOperators(Verdict verdict) {
        return verdict.suspect.meant() == Signals.Pattern.SUSPICIOUS_PATTERN
                ? findings.recordReport(verdict.projectId(), verdict.jobId)
                : List.of();
    }

    private Suspension suspend(Verdict verdict, String why) {
        String projectId = verdict.projectId();
        Suspension done = suspensions.suspendForAbuse(
                projectId,
                why + "The owner can ask for a review with POST /v1/projects/" + projectId + "/suspensions/review;"
                        + " an operator decides.",
                verdict.jobId);
        verdict.suspension = done;
        counters.suspended();
        LOG.info(
                "project suspended",
                "project_id",
                projectId,
                "cause",
                "abuse",
                "rule",
                verdict.finding == null ? null : verdict.finding.rule());
        return done;
    }

    private void lookAgain(String projectId) {
        queue.enqueue(NewJob.of(DetectAbuseJob.TYPE, Map.of("project_ids", List.of(projectId)))
                .withDelay(Duration.ofMinutes(NEXT_QUARTER))
                .withProject(projectId)
                .withPendingKey("abuse-again:" + projectId));
    }

    private Map<String, @Nullable Object> audited(Map<String, @Nullable Object> result, Verdict verdict) {
        audit.record(
                new NewAuditEntry("abuse.detected", "project", verdict.projectId(), verdict.projectId(), null, result));
        return result;
    }

    private static String reason(List<Finding> found) {
        if (found.isEmpty()) {
            return "No rule finds anything in our own figures.";
        }
        Finding strongest = found.get(0);
        return strongest.suspends()
                ? "The rule observes only."
                : "The rule does not suspend: " + strongest.withheld() + ".";
    }

    /** What is known so far; becomes the job's result. */
    private static final class Verdict {
        private final AutoSuspend suspect;
        private final UUID jobId;
        private boolean confirmed;
        private @Nullable UUID detectionId;
        private @Nullable Finding finding;
        private @Nullable Suspension suspension;

        Verdict(AutoSuspend suspect, UUID jobId) {
            this.suspect = suspect;
            this.jobId = jobId;
        }

        String projectId() {
            return suspect.projectId();
        }

        Map<String, @Nullable Object> result(String action, @Nullable String reason) {
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("project_id", projectId());
            result.put("abuse_confirmed", confirmed);
            result.put("pattern_type", suspect.patternType());
            result.put("action_taken", action);
            result.put("reason", reason);
            result.put("enforced", suspect.enforces());
            result.put("suspended_at", suspension == null ? null : suspension.suspendedAt());
            result.put("suspension_id", suspension == null ? null : suspension.id());
            result.put("detection_id", detectionId);
            result.put("detection", finding == null ? null : finding.described());
            return result;
        }
    }
}
