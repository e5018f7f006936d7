package io.sluice.jobs.enqueue;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.sluice.InvalidInputException;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.dependencies.Dependencies;
import io.sluice.jobs.handlers.HandlerCatalog;
import io.sluice.jobs.wakeup.AfterCommit;
import io.sluice.jobs.wakeup.News;
import io.sluice.tracing.Tracing;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The queue in the caller's transaction. Wakes the workers after its commit, once, however many jobs it enqueued. */
@ApplicationScoped
public class TransactionalQueue implements JobQueue {
    private static final int MOST_CONCURRENT = 100_000;
    private static final Duration YEAR = Duration.ofDays(366);

    @Inject
    JobRepository jobs;

    @Inject
    PlainJobRepository plainJobs;

    @Inject
    PayloadSize size;

    @Inject
    JobBatches batches;

    @Inject
    Dependencies dependencies;

    @Inject
    JobTypes types;

    @Inject
    HandlerCatalog catalog;

    @Inject
    AfterCommit afterCommit;

    @Inject
    Tracing tracing;

    @Override
    @Transactional(TxType.MANDATORY)
    public Enqueued enqueue(NewJob wanted) {
        NewJob job = checked(wanted, "");
        Dependencies.check(job, "", 0);
        Duration wait = checkTimes(List.of(job), place -> "");
        StoredJob stored = stored(job, "", tracing.current());
        afterCommit.wakeWorkers(job.type(), wait == null ? job.delay() : wait);
        wakeForLimits(List.of(job));
        if (job.pendingKey() != null) {
            // A look that came while it was locked passed it by.
            afterCommit.wakeWorkers(News.of(Set.of(job.type())));
            return jobs.insertPendingOnce(stored);
        }
        Enqueued enqueued = insertedOrFound(job, stored);
        if (job.needs() != null && enqueued.created()) {
            dependencies.attach(List.of(job), List.of(enqueued.id()), Set.of(enqueued.id()));
        }
        return enqueued;
    }

    @Override
    @Transactional(TxType.MANDATORY)
    public List<UUID> enqueueAll(List<NewJob> wanted) {
        return enqueueMembers(wanted).ids();
    }

    /**
     * What came of many jobs.
     *
     * @param ids in the order of the jobs
     * @param made those of them that this call made; the others held a key before
     */
    public record Members(List<UUID> ids, Set<UUID> made) {}

    /** Enqueues jobs as {@link #enqueueAll} does, and says which of them it made. */
    @Transactional(TxType.MANDATORY)
    public Members enqueueMembers(List<NewJob> wanted) {
        List<NewJob> many = checked(wanted);
        Members members = insert(many);
        if (many.stream().anyMatch(job -> job.needs() != null)) {
            dependencies.attach(many, members.ids(), members.made());
        }
        return members;
    }

    private List<NewJob> checked(List<NewJob> wanted) {
        List<NewJob> many = new ArrayList<>(wanted.size());
        for (NewJob job : wanted) {
            String prefix = inBatch(many.size());
            Dependencies.check(job, prefix, many.size());
            many.add(checked(job, prefix));
        }
        return many;
    }

    private Members insert(List<NewJob> many) {
        Duration untilLatest = checkTimes(many, TransactionalQueue::inBatch);
        String traceparent = tracing.current();
        List<StoredJob> stored = new ArrayList<>(many.size());
        for (NewJob job : many) {
            stored.add(stored(job, inBatch(stored.size()), traceparent));
        }
        afterCommit.wakeWorkers(News.of(many.stream().map(NewJob::type).toList()));
        afterCommit.wakeWorkersIn(waits(many, untilLatest));
        wakeForLimits(many);
        List<Enqueued> all = batches.insert(stored);
        return new Members(
                all.stream().map(Enqueued::id).toList(),
                all.stream().filter(Enqueued::created).map(Enqueued::id).collect(toUnmodifiableSet()));
    }

    /** How long each of them waits for its time; those that don't are left out. */
    private static Set<Duration> waits(List<NewJob> many, @Nullable Duration untilLatest) {
        Instant latest = many.stream()
                .map(NewJob::scheduledAt)
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElse(null);
        Set<Duration> waits = new TreeSet<>();
        for (NewJob job : many) {
            Duration delay = job.delay();
            Instant at = job.scheduledAt();
            if (delay != null) {
                waits.add(delay);
            } else if (at != null && latest != null && untilLatest != null) {
                waits.add(untilLatest.minus(Duration.between(at, latest)));
            }
        }
        return waits;
    }

    /**
     * Enqueues the job of a schedule's slot; empty if the slot has one. The payload was checked when the schedule was
     * written, and a node that does not know the type leaves the job to one that does.
     *
     * @param slot null: a run beside the slots
     * @param startAt null: at once
     */
    @Transactional(TxType.MANDATORY)
    public Optional<UUID> enqueueSlot(
            String schedule, @Nullable Instant slot, @Nullable Instant startAt, String type, Map<String, ?> payload) {
        afterCommit.wakeWorkers(
                type, startAt == null ? null : jobs.until(startAt).orElse(null));
        wakeForLimits(List.of(NewJob.of(type, payload)));
        return jobs.insertSlotOnce(StoredJob.ofSchedule(schedule, slot, startAt, type, payload, tracing.current()));
    }

    /** Jobs that share limits are looked for by themselves, where there are any. */
    private void wakeForLimits(List<NewJob> many) {
        if (many.stream().anyMatch(job -> job.concurrencyKey() != null || catalog.isLimited(job.type()))) {
            afterCommit.wakeForLimits();
        }
    }

    private Enqueued insertedOrFound(NewJob job, StoredJob stored) {
        if (job.unique() != null) {
            return jobs.insertOrFindScoped(stored);
        }
        return job.uniqueKey() == null ? new Enqueued(plainJobs.insert(stored), true) : jobs.insertOrFindLive(stored);
    }

    /** The job with its secrets sealed. */
    private NewJob checked(NewJob wanted, String prefix) {
        NewJob job = accepted(wanted, prefix);
        within(prefix + "priority", job.priority(), 0, 1000);
        within(prefix + "max_attempts", job.maxAttempts() == null ? 1 : job.maxAttempts(), 1, 100);
        keyed(prefix + "unique_key", job.uniqueKey());
        keyed(prefix + "pending_key", job.pendingKey());
        if (job.uniqueKey() != null && job.pendingKey() != null) {
            throw new InvalidInputException(prefix + "pending_key", "cannot stand beside a unique key.");
        }
        checkUnique(job, prefix);
        Duration delay = job.delay();
        if (delay != null && (delay.isNegative() || delay.compareTo(YEAR) > 0 || job.scheduledAt() != null)) {
            throw new InvalidInputException(
                    prefix + "delay_seconds", "must be from 0 to a year, and cannot stand beside scheduled_at.");
        }
        keyed(prefix + "concurrency_key", job.concurrencyKey());
        Integer limit = job.concurrencyLimit();
        if (job.concurrencyKey() != null || limit != null) {
            within(prefix + "concurrency_limit", limit == null ? 0 : limit, 1, MOST_CONCURRENT);
            required(prefix + "concurrency_key", job.concurrencyKey());
        }
        return job;
    }

    private StoredJob stored(NewJob job, String prefix, @Nullable String traceparent) {
        StoredJob stored = StoredJob.of(job, traceparent);
        size.check(prefix + "payload", stored.payload());
        return stored;
    }

    private NewJob accepted(NewJob wanted, String prefix) {
        try {
            return wanted.withPayload(types.accept(wanted.type(), wanted.payload(), null));
        } catch (InvalidInputException unfit) {
            throw unfit.within(prefix);
        }
    }

    private static void checkUnique(NewJob job, String prefix) {
        NewJob.Unique unique = job.unique();
        if (unique == null) {
            return;
        }
        keyed(prefix + "unique.key", unique.key());
        if (job.uniqueKey() != null || job.pendingKey() != null) {
            throw new InvalidInputException(prefix + "unique", "cannot stand beside another key.");
        }
        Duration period = unique.period();
        if (period != null
                && (period.toMillis() < 1_000 || period.compareTo(YEAR) > 0 || period.toMillis() % 1_000 != 0)) {
            throw new InvalidInputException(
                    prefix + "unique.period_seconds", "must be a whole number from 1 to 31622400.");
        }
    }

    /**
     * With one question for all of them, whatever their number.
     *
     * @return how long it is until the latest of their times; null: none names a time
     */
    private @Nullable Duration checkTimes(List<NewJob> many, Function<Integer, String> prefixOf) {
        Instant latest = null;
        int place = 0;
        for (int i = 0; i < many.size(); i++) {
            Instant at = many.get(i).scheduledAt();
            if (at != null && (latest == null || at.isAfter(latest))) {
                latest = at;
                place = i;
            }
        }
        if (latest == null) {
            return null;
        }
        String field = prefixOf.apply(place) + "scheduled_at";
        return jobs.until(latest).orElseThrow(() -> new InvalidInputException(field, "must be at most a year ahead."));
    }

    private static String inBatch(int place) {
        return "jobs[" + place + "].";
    }

    private static void required(String field, @Nullable String value) {
        if (value == null) {
            throw new InvalidInputException(field, "is required beside its limit.");
        }
    }

    private static void within(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new InvalidInputException(field, "must be a whole number from " + min + " to " + max + ".");
        }
    }

    private static void keyed(String field, @Nullable String key) {
        if (key != null && (key.isBlank() || key.length() > 200)) {
            throw new InvalidInputException(field, "must have 1 to 200 characters.");
        }
    }
}
