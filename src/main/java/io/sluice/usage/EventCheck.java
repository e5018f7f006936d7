package io.sluice.usage;

import io.sluice.projects.Project;
import io.sluice.projects.ProjectStatus;
import io.sluice.usage.Metric.Aggregation;
import io.sluice.usage.TrackResult.Rejection;
import io.sluice.usage.Usage.NewEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Says of each event of one call whether it can be counted at all.
 *
 * @param now the database's time
 * @param projects those of the events' projects that exist
 * @param metrics those of the events' metrics that exist
 * @param visible which projects exist for the caller
 */
record EventCheck(Instant now, Map<String, Project> projects, Map<String, Metric> metrics, Predicate<String> visible) {
    /** The largest integer that every JSON reader keeps exactly. */
    static final long MOST = 9_007_199_254_740_991L;

    private static final Duration OLDEST = Duration.ofDays(35);
    private static final Duration AHEAD = Duration.ofMinutes(5);
    private static final int LONGEST_ID = 255;

    /** What makes an event the same as another one within a project. */
    record EventKey(String projectId, String eventId) {}

    /** An event that can be counted. */
    record Candidate(
            int index,
            EventKey key,
            String metric,
            Aggregation aggregation,
            long quantity,
            Instant occurredAt,
            boolean timeGiven,
            ZoneId zone,
            int anchorDay) {
        /** Whether a repeat says the same; a time that was filled in here is no part of the comparison. */
        boolean saysTheSame(String otherMetric, long otherQuantity, Instant otherTime, boolean otherTimeGiven) {
            return metric.equals(otherMetric)
                    && quantity == otherQuantity
                    && (!timeGiven || !otherTimeGiven || occurredAt.equals(otherTime));
        }
    }

    /** The reason why the event cannot be counted; null if it can, see {@link #candidate}. */
    @Nullable
    Rejection refusal(int index, NewEvent event) {
        String projectId = event.projectId();
        if (projectId == null) {
            return invalid(index, "project_id", "is required.");
        }
        String eventId = event.eventId();
        if (eventId == null || eventId.isEmpty() || eventId.length() > LONGEST_ID || !isStorable(eventId)) {
            return invalid(index, "event_id", "is required: 1 to " + LONGEST_ID + " characters.");
        }
        Long quantity = event.quantity();
        if (quantity == null || quantity < 0 || quantity > MOST) {
            return invalid(index, "quantity", "is required: a whole number from 0 to " + MOST + ".");
        }
        String metric = event.metric();
        if (metric == null || !metrics.containsKey(metric)) {
            return invalid(index, "metric", "must be the name of a metric; GET /v1/metrics lists them.");
        }
        Instant time = event.occurredAt();
        if (time != null && (time.isBefore(now.minus(OLDEST)) || time.isAfter(now.plus(AHEAD)))) {
            return invalid(index, "occurred_at", "must lie between 35 days ago and 5 minutes from now.");
        }
        Project project = projects.get(projectId);
        if (project == null || project.status() == ProjectStatus.DELETED || !visible.test(projectId)) {
            return new Rejection(
                    index, "NOT_FOUND", "project_id", "There is no project of this id, or it was deleted.");
        }
        return null;
    }

    /** The event as it will be counted, if {@link #refusal} has no objection. */
    Candidate candidate(int index, NewEvent event) {
        Project project = given(projects.get(given(event.projectId())));
        Metric metric = given(metrics.get(given(event.metric())));
        Instant time = event.occurredAt();
        return new Candidate(
                index,
                new EventKey(project.id(), given(event.eventId())),
                metric.name(),
                metric.aggregation(),
                given(event.quantity()),
                (time == null ? now : time).truncatedTo(ChronoUnit.MICROS),
                time != null,
                project.timeZone(),
                project.anchorDay());
    }

    private static Rejection invalid(int index, String field, String rule) {
        return new Rejection(index, "VALIDATION_ERROR", field, rule);
    }

    /** PostgreSQL's text holds neither NUL nor half a character. */
    private static boolean isStorable(String text) {
        return text.codePoints().noneMatch(each -> each == 0 || (each >= 0xD800 && each <= 0xDFFF));
    }

    private static <T> T given(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("An event was not checked before it was counted.");
        }
        return value;
    }
}
