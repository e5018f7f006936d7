package io.sluice.usage;

import io.sluice.SluiceException;
import io.sluice.projects.Projects;
import io.sluice.usage.EventCheck.Candidate;
import io.sluice.usage.EventCheck.EventKey;
import io.sluice.usage.LedgerRepository.Head;
import io.sluice.usage.LedgerRepository.Stored;
import io.sluice.usage.Metric.Aggregation;
import io.sluice.usage.TrackResult.Rejection;
import io.sluice.usage.Usage.NewEvent;
import io.sluice.usage.UsageCounted.Change;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One attempt to count a call: ledger, counters and whatever observes them change in one transaction, or not at all. */
@ApplicationScoped
class Ledger {
    @Inject
    LedgerRepository ledger;

    @Inject
    MetricRepository metrics;

    @Inject
    Projects projects;

    @Inject
    Counting counting;

    @Inject
    Event<UsageCounted> counted;

    /** The month of arrival has no tables yet; nothing was counted. See {@link #prepareMonth}. */
    static final class MonthNotPreparedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Something changed beside a call that cannot begin again by itself; the same request will work. */
    static final class NotCountedException extends SluiceException {
        private static final long serialVersionUID = 1L;

        NotCountedException(RuntimeException cause) {
            super(
                    Kind.UNAVAILABLE,
                    "SERVICE_UNAVAILABLE",
                    "Something changed while this was counted; repeat the request.");
            initCause(cause);
        }
    }

    /**
     * Counts what can be counted.
     *
     * @param careful looks at every counter first, so that events which no longer fit are rejected one by one; without
     *     it such an event ends the attempt with a {@link Counting.CounterFullException}
     */
    @Transactional(TxType.REQUIRES_NEW)
    TrackResult count(List<NewEvent> events, Predicate<String> visible, boolean careful) {
        Head head = ledger.enter();
        if (!head.prepared()) {
            throw new MonthNotPreparedException();
        }
        EventCheck check = new EventCheck(
                head.now(),
                projects.named(distinct(events, NewEvent::projectId)),
                metrics.named(distinct(events, NewEvent::metric)),
                visible);
        Attempt attempt = new Attempt(new ArrayList<>(), new ArrayList<>());
        Map<EventKey, Candidate> first = new LinkedHashMap<>();
        List<Candidate> repeats = new ArrayList<>();
        for (int index = 0; index < events.size(); index++) {
            Rejection refusal = check.refusal(index, events.get(index));
            if (refusal != null) {
                attempt.rejected().add(refusal);
                continue;
            }
            Candidate candidate = check.candidate(index, events.get(index));
            if (first.putIfAbsent(candidate.key(), candidate) != null) {
                repeats.add(candidate);
            }
        }
        int duplicates = first.isEmpty() ? 0 : write(attempt, first, repeats, head, careful);
        attempt.rejected().sort(Comparator.comparingInt(Rejection::index));
        return new TrackResult(attempt.accepted().size(), duplicates, attempt.rejected());
    }

    /**
     * Counts what can be counted in the caller's transaction, which must be rolled back when this throws.
     *
     * @throws NotCountedException if the month turned, or another call filled a counter, at this very moment
     */
    @Transactional(TxType.MANDATORY)
    TrackResult countForCaller(List<NewEvent> events, Predicate<String> visible) {
        // Before the ledger is entered: whoever prepares a month waits for all who have entered it.
        if (!ledger.head().prepared()) {
            ledger.prepareMonth();
        }
        try {
            return count(events, visible, true);
        } catch (MonthNotPreparedException | Counting.CounterFullException now) {
            throw new NotCountedException(now);
        }
    }

    /** Makes room for events that arrive in the present month. */
    @Transactional(TxType.REQUIRES_NEW)
    void prepareMonth() {
        ledger.prepareMonth();
    }

    /** Keeps every other transaction from counting until this one ends. */
    @Transactional(TxType.MANDATORY)
    void pause() {
        ledger.stopCounting();
    }

    /** Counts the present periods of a project anew, in the transaction that changed when they begin. */
    @Transactional(TxType.MANDATORY)
    void recount(String projectId) {
        ledger.stopCounting();
        Head head = ledger.enter();
        List<Change> changes = counting.recount(projects.get(projectId), head.now());
        if (!changes.isEmpty()) {
            counted.fire(new UsageCounted(changes));
        }
    }

    private record Attempt(List<Candidate> accepted, List<Rejection> rejected) {}

    /** Writes and counts what is new; returns how many events are not. */
    private int write(
            Attempt attempt, Map<EventKey, Candidate> first, List<Candidate> repeats, Head head, boolean careful) {
        Set<EventKey> inserted = ledger.insert(first.values(), head);
        first.values().stream().filter(each -> inserted.contains(each.key())).forEach(attempt.accepted()::add);
        Set<EventKey> full = new HashSet<>();
        if (careful) {
            takeBack(counting.tooMuch(attempt.accepted()), attempt, full, head);
        }
        int duplicates = sortOut(attempt, first, inserted, repeats, full, head);
        List<Change> changes = new ArrayList<>();
        for (Aggregation aggregation : Aggregation.values()) {
            changes.addAll(counting.add(
                    aggregation,
                    attempt.accepted().stream()
                            .filter(each -> each.aggregation() == aggregation)
                            .toList(),
                    head.now()));
        }
        if (!changes.isEmpty()) {
            counted.fire(new UsageCounted(List.copyOf(changes)));
        }
        return duplicates;
    }

    private void takeBack(List<Candidate> tooMuch, Attempt attempt, Set<EventKey> full, Head head) {
        tooMuch.forEach(each -> full.add(each.key()));
        if (!full.isEmpty()) {
            ledger.delete(full, head);
            attempt.accepted().removeIf(each -> full.contains(each.key()));
            tooMuch.forEach(each -> attempt.rejected().add(full(each)));
        }
    }

    /** Compares events whose ids are known with what is kept; returns how many say the same. */
    private int sortOut(
            Attempt attempt,
            Map<EventKey, Candidate> first,
            Set<EventKey> inserted,
            List<Candidate> repeats,
            Set<EventKey> full,
            Head head) {
        Map<EventKey, Stored> kept = new LinkedHashMap<>();
        List<Candidate> known = new ArrayList<>(repeats);
        first.values().stream().filter(each -> !inserted.contains(each.key())).forEach(known::add);
        if (inserted.size() < first.size()) {
            kept.putAll(ledger.stored(
                    first.keySet().stream()
                            .filter(key -> !inserted.contains(key))
                            .toList(),
                    head));
        }
        int duplicates = 0;
        for (Candidate each : known) {
            Stored same = kept.computeIfAbsent(each.key(), key -> stored(Objects.requireNonNull(first.get(key))));
            if (full.contains(each.key())) {
                attempt.rejected().add(full(each));
            } else if (each.saysTheSame(same.metric(), same.quantity(), same.occurredAt(), same.timeGiven())) {
                duplicates++;
            } else {
                attempt.rejected()
                        .add(new Rejection(
                                each.index(),
                                "CONFLICT",
                                "event_id",
                                "This id was used for another event of the project; each event needs its own."));
            }
        }
        return duplicates;
    }

    private static Stored stored(Candidate event) {
        return new Stored(event.metric(), event.quantity(), event.occurredAt(), event.timeGiven());
    }

    private static Rejection full(Candidate event) {
        return new Rejection(
                event.index(),
                "VALIDATION_ERROR",
                "quantity",
                "would take the counter of its period past " + EventCheck.MOST + ".");
    }

    private static Set<String> distinct(List<NewEvent> events, Function<NewEvent, @Nullable String> of) {
        return events.stream().map(of).filter(Objects::nonNull).collect(Collectors.toSet());
    }
}
