package io.sluice.usage;

import io.sluice.usage.EventCheck.Candidate;
import io.sluice.usage.Metric.Aggregation;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a number of events adds to counters and buckets, all of metrics with the same aggregation. */
final class Tally {
    private static final long BUCKET_SECONDS = 900;

    private final Aggregation aggregation;
    private final Map<CellKey, Cell> cells = new LinkedHashMap<>();
    private final Map<PeriodKey, Instant> periods = new HashMap<>();

    Tally(Aggregation aggregation) {
        this.aggregation = aggregation;
    }

    /**
     * One row of a counter or bucket.
     *
     * @param unit {@code day} or {@code month}; {@code bucket} for a quarter of an hour
     */
    record CellKey(String projectId, String metric, String unit, Instant start) {}

    /** What goes into a row; {@code lastAt} is the time of the value that counts, or of the latest one of a sum. */
    record Cell(String projectId, String metric, String unit, Instant start, long quantity, Instant lastAt) {
        CellKey key() {
            return new CellKey(projectId, metric, unit, start);
        }
    }

    private record PeriodKey(Period.Unit unit, int anchorDay, ZoneId zone, Instant bucket) {}

    /** The rows that an event counts in: its day, its month and its quarter of an hour. */
    List<CellKey> keys(Candidate event) {
        Instant bucket = bucketStart(event.occurredAt());
        String project = event.key().projectId();
        return List.of(
                new CellKey(project, event.metric(), "day", periodStart(Period.Unit.DAY, event, bucket)),
                new CellKey(project, event.metric(), "month", periodStart(Period.Unit.MONTH, event, bucket)),
                new CellKey(project, event.metric(), "bucket", bucket));
    }

    /** Adds events in the order of their arrival. */
    Tally addAll(Collection<Candidate> events) {
        for (Candidate event : events) {
            for (CellKey key : keys(event)) {
                cells.merge(
                        key,
                        new Cell(
                                key.projectId(),
                                key.metric(),
                                key.unit(),
                                key.start(),
                                event.quantity(),
                                event.occurredAt()),
                        this::merge);
            }
        }
        return this;
    }

    /** Whether a row alone holds more than a counter can. */
    boolean isTooMuch() {
        return cells.values().stream().anyMatch(cell -> cell.quantity() > EventCheck.MOST);
    }

    List<Cell> counters() {
        return cells.values().stream()
                .filter(cell -> !cell.unit().equals("bucket"))
                .toList();
    }

    List<Cell> buckets() {
        return cells.values().stream()
                .filter(cell -> cell.unit().equals("bucket"))
                .toList();
    }

    Map<CellKey, Cell> cells() {
        return cells;
    }

    private Cell merge(Cell before, Cell added) {
        return switch (aggregation) {
            case SUM ->
                new Cell(
                        before.projectId(),
                        before.metric(),
                        before.unit(),
                        before.start(),
                        // One above the most is enough to tell; the true sum of a batch may not fit into 64 bits.
                        Math.min(EventCheck.MOST + 1, before.quantity() + added.quantity()),
                        before.lastAt().isAfter(added.lastAt()) ? before.lastAt() : added.lastAt());
            case MAX -> added.quantity() > before.quantity() ? added : before;
            case LAST -> before.lastAt().isAfter(added.lastAt()) ? before : added;
        };
    }

    /** Every zone of today begins its days on a quarter of an hour, so a bucket lies in one period. */
    private Instant periodStart(Period.Unit unit, Candidate event, Instant bucket) {
        return periods.computeIfAbsent(
                new PeriodKey(unit, event.anchorDay(), event.zone(), bucket),
                key -> new Period(key.unit(), key.anchorDay(), key.zone()).start(key.bucket()));
    }

    static Instant bucketStart(Instant at) {
        return Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond(), BUCKET_SECONDS) * BUCKET_SECONDS);
    }
}
