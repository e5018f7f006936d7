package io.sluice.abuse;

import io.sluice.NotFoundException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import io.sluice.json.Json;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What monitoring says about a project. Nothing of it is believed: it only makes a job look at our own figures, now
 * instead of at the next full hour.
 */
@ApplicationScoped
@Transactional
public class Signals {
    /** The type of the jobs that decide about one project. */
    public static final String DECIDE = "auto_suspend";

    private static final EventLog LOG = EventLog.of(Signals.class);

    @Inject
    JobQueue queue;

    @Inject
    RuleRepository projects;

    @Inject
    AuditLog audit;

    /** What sort of abuse is meant. */
    public enum Pattern {
        /** Far more use than usual. */
        EXCESSIVE_USAGE,
        /** Many requests end in errors. */
        ERROR_SPIKE,
        /** Anything else: needs a rule of ours, or an operator who confirms it. */
        SUSPICIOUS_PATTERN;

        /** The pattern as payloads and the API write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The pattern that a rule's finding belongs to. */
        public static Pattern of(String rule) {
            return switch (rule) {
                case "usage_spike", "absolute_rate" -> EXCESSIVE_USAGE;
                case "error_rate" -> ERROR_SPIKE;
                default -> SUSPICIOUS_PATTERN;
            };
        }
    }

    /**
     * What a caller measured.
     *
     * @param errorRate 0 to 1
     */
    public record Metrics(
            @Nullable @DecimalMin(value = "0", message = "must not be negative.")
            BigDecimal requestsPerMinute,

            @Nullable @DecimalMin(value = "0", message = "must not be negative.")
            BigDecimal baselineRequestsPerMinute,

            @Nullable
            @DecimalMin(value = "0", message = "must be from 0 to 1.")
            @DecimalMax(value = "1", message = "must be from 0 to 1.")
            BigDecimal errorRate,

            @Nullable @Min(value = 0, message = "must not be negative.")
            Long errorCount,

            @Nullable @Min(value = 0, message = "must not be negative.")
            Long totalRequests,

            @Nullable Map<String, Object> patternDetails) {}

    /**
     * Has a project looked at.
     *
     * @param metrics the caller's figures, kept with the job for people to compare; decide nothing
     * @param evidence whatever else the caller knows, kept likewise
     * @return the job's id
     * @throws NotFoundException if there is no such project
     * @throws io.sluice.InvalidInputException if the figures do not fit the job's payload
     */
    public UUID report(String projectId, Pattern pattern, Metrics metrics, @Nullable Map<String, Object> evidence) {
        if (projects.status(projectId).isEmpty()) {
            throw new NotFoundException("project", projectId);
        }
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("project_id", projectId);
        payload.put("pattern_type", pattern.word());
        payload.put("metrics", Json.readObject(Json.write(metrics)));
        if (evidence != null) {
            payload.put("context", evidence);
        }
        UUID job =
                queue.enqueue(NewJob.of(DECIDE, payload).withProject(projectId)).id();
        audit.record(new NewAuditEntry(
                "abuse.reported",
                "project",
                projectId,
                projectId,
                null,
                Map.of("pattern", pattern.word(), "job_id", job)));
        LOG.info("abuse signal received", "project_id", projectId, "pattern", pattern.word(), "job_id", job);
        return job;
    }

    /** Has the project of a detection that an operator has confirmed suspended. */
    UUID suspendConfirmed(Detection found) {
        String projectId = String.valueOf(found.projectId());
        Map<String, Object> payload = Map.of(
                "project_id", projectId,
                "pattern_type", Pattern.of(found.rule()).word(),
                "confirmed_detection", found.id());
        return queue.enqueue(NewJob.of(DECIDE, payload).withProject(projectId)).id();
    }
}
