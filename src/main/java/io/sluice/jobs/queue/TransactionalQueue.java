package io.sluice.jobs.queue;

import io.sluice.InvalidInputException;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.NewJob;
import io.sluice.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The queue in the caller's transaction. Wakes the workers after its commit, once, however many jobs it enqueued. */
@ApplicationScoped
public class TransactionalQueue implements JobQueue {
    private static final int MOST_AT_ONCE = 1_000;
    private static final int SURELY_FITS = 262_144;
    private static final Duration YEAR = Duration.ofDays(366);

    @Inject
    JobRepository jobs;

    @Inject
    JobTypes types;

    @Inject
    AfterCommit afterCommit;

    @Override
    @Transactional(TxType.MANDATORY)
    public Enqueued enqueue(NewJob job) {
        check(job, "");
        afterCommit.wakeWorkers(job.delay());
        StoredJob stored = StoredJob.of(job);
        if (job.pendingKey() != null) {
            Object[] row = jobs.insertPendingOnce(stored);
            return new Enqueued((UUID) row[0], (Boolean) row[1]);
        }
        return job.uniqueKey() == null
                ? new Enqueued(jobs.insert(List.of(stored)).get(0), true)
                : enqueueUnlessLive(stored, job.uniqueKey());
    }

    @Override
    @Transactional(TxType.MANDATORY)
    public List<UUID> enqueueAll(List<NewJob> many) {
        if (many.size() > MOST_AT_ONCE) {
            throw new InvalidInputException("jobs", "must hold at most " + MOST_AT_ONCE + " jobs.");
        }
        for (int i = 0; i < many.size(); i++) {
            check(many.get(i), "jobs[" + i + "].");
        }
        afterCommit.wakeWorkers();
        boolean keyed = many.stream().anyMatch(job -> job.uniqueKey() != null || job.pendingKey() != null);
        return keyed
                ? many.stream().map(job -> enqueue(job).id()).toList()
                : jobs.insert(many.stream().map(StoredJob::of).toList());
    }

    /**
     * Enqueues the job of a schedule's slot; empty if the slot has one. The payload was checked when the schedule was
     * written, and a node that does not know the type leaves the job to one that does.
     *
     * @param slot null: a run beside the slots
     */
    @Transactional(TxType.MANDATORY)
    public Optional<UUID> enqueueSlot(String schedule, @Nullable Instant slot, String type, Map<String, ?> payload) {
        afterCommit.wakeWorkers();
        return jobs.insertSlotOnce(StoredJob.ofSchedule(schedule, slot, type, payload));
    }

    private Enqueued enqueueUnlessLive(StoredJob job, String uniqueKey) {
        while (true) {
            Optional<UUID> made = jobs.insertLiveOnce(job);
            if (made.isPresent()) {
                return new Enqueued(made.get(), true);
            }
            Optional<UUID> live = jobs.findLive(uniqueKey);
            if (live.isPresent()) {
                return new Enqueued(live.get(), false);
            }
            // It finished between the two statements: its key is free now.
        }
    }

    private void check(NewJob job, String prefix) {
        types.check(job.type(), job.payload());
        within(prefix + "priority", job.priority(), 0, 1000);
        within(prefix + "max_attempts", job.maxAttempts() == null ? 1 : job.maxAttempts(), 1, 100);
        keyed(prefix + "unique_key", job.uniqueKey());
        keyed(prefix + "pending_key", job.pendingKey());
        if (job.uniqueKey() != null && job.pendingKey() != null) {
            throw new InvalidInputException(prefix + "pending_key", "cannot stand beside a unique key.");
        }
        Duration delay = job.delay();
        if (delay != null && (delay.isNegative() || delay.compareTo(YEAR) > 0 || job.scheduledAt() != null)) {
            throw new InvalidInputException(
                    prefix + "delay_seconds", "must be from 0 to a year, and cannot stand beside scheduled_at.");
        }
        if (job.scheduledAt() != null && !jobs.withinAYear(job.scheduledAt())) {
            throw new InvalidInputException(prefix + "scheduled_at", "must be at most a year ahead.");
        }
        String payload = Json.write(job.payload());
        if (payload.length() > SURELY_FITS && !jobs.fits(payload)) {
            throw new InvalidInputException(prefix + "payload", "must be at most 1,048,576 bytes as JSON.");
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
