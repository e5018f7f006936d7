package io.sluice.usage;

import io.sluice.InvalidInputException;
import io.sluice.projects.Project;
import io.sluice.projects.Projects;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads back what projects used. */
@ApplicationScoped
public class UsageReports {
    private static final Duration DEFAULT_RANGE = Duration.ofDays(30);
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    @Inject
    Projects projects;

    @Inject
    MetricRepository metrics;

    @Inject
    UsageReportRepository reports;

    /** Into how long stretches usage is cut; weeks begin on Monday, months on the first. */
    public enum Bucket {
        HOUR(35),
        DAY(400),
        WEEK(1_100),
        MONTH(3_700);

        private final int mostDays;

        Bucket(int mostDays) {
            this.mostDays = mostDays;
        }

        /** The bucket as the API writes it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The bucket of a word; empty if there is none. */
        public static Optional<Bucket> of(String word) {
            return Arrays.stream(values())
                    .filter(each -> each.word().equals(word))
                    .findFirst();
        }
    }

    /** What was used in one bucket; a bucket in which nothing was recorded has no point. */
    public record Point(Instant bucketStart, String metric, long quantity) {}

    /**
     * Usage over a range.
     *
     * @param points by time, then metric
     * @param totals by metric: the sum, the peak, or the latest value, which may be older than the range
     */
    public record Report(List<Point> points, Map<String, Long> totals) {}

    /** Half-open, on quarters of an hour. */
    record Range(Instant from, Instant to) {}

    /**
     * Reads a project's usage in buckets of its time zone. Ends that lie within a quarter of an hour are moved to take
     * all of it in. A sum never reads higher than a counter can hold.
     *
     * @param metric only this one; null: all of them
     * @param from null: 30 days before {@code to}
     * @param to null: now
     * @throws InvalidInputException if the range is empty or too long for the bucket
     */
    @Transactional
    public Report read(
            String projectId, @Nullable String metric, @Nullable Instant from, @Nullable Instant to, Bucket bucket) {
        Project project = projects.get(projectId);
        if (metric != null && metrics.find(metric).isEmpty()) {
            throw new InvalidInputException("metric", "must be the name of a metric; GET /v1/metrics lists them.");
        }
        Range range = range(from, to, bucket);
        String zone = project.timeZone().getId();
        return new Report(
                reports.points(projectId, metric, range, bucket, zone), reports.totals(projectId, metric, range));
    }

    private Range range(@Nullable Instant from, @Nullable Instant to, Bucket bucket) {
        Instant end = to == null ? reports.now() : to;
        if (end.isAfter(LATEST) || end.isBefore(EARLIEST)) {
            throw new InvalidInputException("to", "must lie between " + EARLIEST + " and " + LATEST + ".");
        }
        Instant start = from == null ? end.minus(DEFAULT_RANGE) : from;
        if (!start.isBefore(end) || start.isBefore(EARLIEST.minus(DEFAULT_RANGE))) {
            throw new InvalidInputException("from", "must lie before to, and after " + EARLIEST + ".");
        }
        if (Duration.between(start, end).compareTo(Duration.ofDays(bucket.mostDays)) > 0) {
            throw new InvalidInputException(
                    "from",
                    "must lie at most " + bucket.mostDays + " days before to when the bucket is " + bucket.word()
                            + ".");
        }
        Instant lastQuarter = Tally.bucketStart(end.minusNanos(1));
        return new Range(Tally.bucketStart(start), lastQuarter.plus(Duration.ofMinutes(15)));
    }
}
