package io.sluice.jobs.testkit;

import io.sluice.InvalidInputException;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.handlers.Payloads;
import io.sluice.jobs.handlers.RegisteredHandler;
import io.sluice.json.Json;
import jakarta.validation.Validator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The queue of a {@link JobTester}. Takes jobs at once: there is no transaction to wait for. */
final class QueueInMemory implements JobQueue {
    private final List<JobInMemory> jobs;
    private final Function<String, RegisteredHandler> handlers;
    private final Validator validator;
    private final ManualClock clock;

    /** Puts its jobs into {@code jobs}; {@code handlers} refuses types that are not known. */
    QueueInMemory(
            List<JobInMemory> jobs,
            Function<String, RegisteredHandler> handlers,
            Validator validator,
            ManualClock clock) {
        this.jobs = jobs;
        this.handlers = handlers;
        this.validator = validator;
        this.clock = clock;
    }

    @Override
    public Enqueued enqueue(NewJob job) {
        refuseNeeds(job);
        RegisteredHandler handler = handlers.apply(job.type());
        String payload = Json.write(job.payload());
        Payloads.read(validator, payload, handler.payloadType());
        Instant now = clock.instant();
        String scope = scope(job.unique(), now);
        Optional<JobInMemory> holder =
                jobs.stream().filter(other -> other.keepsOut(job, scope)).findFirst();
        if (holder.isPresent()) {
            return new Enqueued(holder.get().id, false);
        }
        Instant at = job.scheduledAt() == null ? now : job.scheduledAt();
        JobInMemory made = new JobInMemory(
                job,
                payload,
                scope,
                job.maxAttempts() == null ? handler.policy().maxAttempts() : job.maxAttempts(),
                job.delay() == null ? at : now.plus(job.delay()));
        jobs.add(made);
        return new Enqueued(made.id, true);
    }

    @Override
    public List<UUID> enqueueAll(List<NewJob> many) {
        many.forEach(QueueInMemory::refuseNeeds);
        int before = jobs.size();
        List<UUID> ids = new ArrayList<>(many.size());
        try {
            for (NewJob job : many) {
                ids.add(enqueue(job).id());
            }
            return ids;
        } catch (InvalidInputException unfit) {
            jobs.subList(before, jobs.size()).clear();
            throw unfit.within("jobs[" + ids.size() + "].");
        }
    }

    /** A test that passes although the job did not wait would say something wrong. */
    private static void refuseNeeds(NewJob job) {
        if (job.needs() != null) {
            throw new UnsupportedOperationException(
                    "A job with needs (withNeeds) cannot be tested in memory: here no job waits for others.");
        }
    }

    /** What unique jobs that keep each other out have in common: their key, and the period counted from 1970. */
    private static @Nullable String scope(NewJob.@Nullable Unique unique, Instant now) {
        if (unique == null) {
            return null;
        }
        Duration period = unique.period();
        String within = period == null
                ? ""
                : period.toSeconds() + "/" + Math.floorDiv(now.getEpochSecond(), period.toSeconds());
        return within + ":" + unique.key();
    }
}
