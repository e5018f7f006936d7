package io.sluice.usage;

import io.sluice.projects.Project;
import io.sluice.usage.CounterRepository.LatestKey;
import io.sluice.usage.EventCheck.Candidate;
import io.sluice.usage.Metric.Aggregation;
import io.sluice.usage.Tally.Cell;
import io.sluice.usage.Tally.CellKey;
import io.sluice.usage.UsageCounted.Change;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Brings accepted events into counters, buckets and latest values, in the caller's transaction. */
@ApplicationScoped
class Counting {
    @Inject
    CounterRepository counters;

    /** A sum would pass the most that a counter holds. The transaction must be rolled back. */
    static final class CounterFullException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Counts events of metrics with one aggregation, in the order of their arrival, and returns what it changed.
     *
     * @throws CounterFullException if one of them does not fit
     */
    List<Change> add(Aggregation aggregation, List<Candidate> events, Instant now) {
        if (events.isEmpty()) {
            return List.of();
        }
        Tally tally = new Tally(aggregation).addAll(events);
        if (tally.isTooMuch()) {
            throw new CounterFullException();
        }
        return switch (aggregation) {
            case SUM -> addSums(tally);
            case MAX -> addPeaks(tally);
            case LAST -> addLatest(tally, events, now);
        };
    }

    private List<Change> addSums(Tally tally) {
        Map<CellKey, Long> after = counters.addToCounters(Aggregation.SUM, tally.counters());
        int buckets = counters.addToBuckets(Aggregation.SUM, tally.buckets());
        if (after.size() < tally.counters().size() || buckets < tally.buckets().size()) {
            throw new CounterFullException();
        }
        List<Change> changes = new ArrayList<>();
        for (Cell cell : tally.counters()) {
            long total = after.getOrDefault(cell.key(), 0L);
            if (cell.quantity() > 0) {
                changes.add(change(cell.key(), total - cell.quantity(), total));
            }
        }
        return changes;
    }

    private List<Change> addPeaks(Tally tally) {
        Map<CellKey, Long> before = counters.current(tally.counters(), List.of());
        Map<CellKey, Long> raised = counters.addToCounters(Aggregation.MAX, tally.counters());
        counters.addToBuckets(Aggregation.MAX, tally.buckets());
        List<Change> changes = new ArrayList<>();
        raised.forEach((key, peak) -> changes.add(change(key, before.getOrDefault(key, 0L), peak)));
        return changes;
    }

    private List<Change> addLatest(Tally tally, List<Candidate> events, Instant now) {
        Map<LatestKey, Candidate> owners = new LinkedHashMap<>();
        events.forEach(event -> owners.put(new LatestKey(event.key().projectId(), event.metric()), event));
        Collection<Cell> latest = latest(tally);
        Map<LatestKey, Long> before = counters.lockLatest(latest);
        counters.addToCounters(Aggregation.LAST, tally.counters());
        counters.addToBuckets(Aggregation.LAST, tally.buckets());
        Map<LatestKey, Long> written = counters.putLatest(latest);
        List<Change> changes = new ArrayList<>();
        owners.forEach((key, owner) -> {
            Long after = written.get(key);
            if (after != null) {
                for (Period.Unit unit : Period.Unit.values()) {
                    Instant start = new Period(unit, owner.anchorDay(), owner.zone()).start(now);
                    changes.add(new Change(
                            key.projectId(), key.metric(), unit, start, before.getOrDefault(key, 0L), after));
                }
            }
        });
        return changes;
    }

    /** Of each metric the cell with the latest value. */
    private static Collection<Cell> latest(Tally tally) {
        Map<LatestKey, Cell> latest = new LinkedHashMap<>();
        for (Cell cell : tally.buckets()) {
            latest.merge(
                    new LatestKey(cell.projectId(), cell.metric()),
                    cell,
                    (one, other) -> one.lastAt().isAfter(other.lastAt()) ? one : other);
        }
        return latest.values();
    }

    /** Which events do not fit into their counters any more when they are counted one after the other. */
    List<Candidate> tooMuch(List<Candidate> events) {
        List<Candidate> sums = events.stream()
                .filter(event -> event.aggregation() == Aggregation.SUM)
                .toList();
        if (sums.isEmpty()) {
            return List.of();
        }
        Tally tally = new Tally(Aggregation.SUM).addAll(sums);
        Map<CellKey, Long> used = counters.current(tally.counters(), tally.buckets());
        List<Candidate> tooMuch = new ArrayList<>();
        for (Candidate event : sums) {
            List<CellKey> keys = tally.keys(event);
            if (keys.stream().anyMatch(key -> used.getOrDefault(key, 0L) > EventCheck.MOST - event.quantity())) {
                tooMuch.add(event);
            } else {
                keys.forEach(key -> used.merge(key, event.quantity(), Long::sum));
            }
        }
        return tooMuch;
    }

    /**
     * Counts the present periods of a project anew from its buckets, because they begin at other instants now. Returns
     * every counter as changed from nothing, so that each limit is looked at again.
     */
    List<Change> recount(Project project, Instant now) {
        List<Change> changes = new ArrayList<>();
        for (Period.Unit unit : Period.Unit.values()) {
            Period period = new Period(unit, project.anchorDay(), project.timeZone());
            Instant start = period.start(now);
            counters.recount(project.id(), unit.word(), start, period.end(now))
                    .forEach((key, quantity) -> changes.add(change(key, 0, quantity)));
        }
        return changes;
    }

    private static Change change(CellKey key, long before, long after) {
        Period.Unit unit = Period.Unit.valueOf(key.unit().toUpperCase(Locale.ROOT));
        return new Change(key.projectId(), key.metric(), unit, key.start(), before, after);
    }
}
