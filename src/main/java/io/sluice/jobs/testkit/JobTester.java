package io.sluice.jobs.testkit;

import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.handlers.Payloads;
import io.sluice.jobs.handlers.RegisteredHandler;
import io.sluice.jobs.handlers.Results;
import io.sluice.json.Json;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * Runs job handlers as the worker would, without server, database or waiting: payloads go through JSON and validation,
 * failures through the type's retry policy, results through JSON. Time passes only on its {@link #clock()}.
 *
 * <p>What differs: one thread, no timeouts and no limits of concurrency. Jobs that wait for others
 * ({@link NewJob#withNeeds}) are refused, and no bounds of a job's options or of its payload's size are checked. Jobs
 * enqueued during an attempt that fails are dropped if the handler had called {@code inCompletion()}, and stay otherwise,
 * as if they had had a transaction of their own. An {@link Error} that a handler throws ends the test. For one thread.
 */
public final class JobTester {
    private static final int MOST_ATTEMPTS = 10_000;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    private final Validator validator =
            Validation.buildDefaultValidatorFactory().getValidator();
    private final Map<String, RegisteredHandler> handlers = new HashMap<>();
    private final List<JobInMemory> jobs = new ArrayList<>();
    private final Random random = new Random(1);
    private final ManualClock clock;
    private final JobQueue queue;

    /** Begins on 1 January 2026. */
    public JobTester() {
        this(Instant.parse("2026-01-01T00:00:00Z"));
    }

    public JobTester(Instant now) {
        clock = new ManualClock(now);
        queue = new QueueInMemory(jobs, this::handler, validator, clock);
    }

    /**
     * Makes a handler known, under the type that its annotation says.
     *
     * @throws IllegalArgumentException if the server would not start with it
     */
    public JobTester with(JobHandler<?> handler) {
        HandlesJob annotation = handler.getClass().getAnnotation(HandlesJob.class);
        if (annotation == null) {
            throw new IllegalArgumentException(handler.getClass().getName() + " has no @HandlesJob.");
        }
        RegisteredHandler registered = RegisteredHandler.of(annotation, handler, DEFAULT_TIMEOUT);
        if (handlers.putIfAbsent(registered.type(), registered) != null) {
            throw new IllegalArgumentException("Two handlers claim the job type '" + registered.type() + "'.");
        }
        return this;
    }

    /** The queue that handlers get in their constructors. */
    public JobQueue queue() {
        return queue;
    }

    public ManualClock clock() {
        return clock;
    }

    /** Enqueues a job and returns its id. */
    public UUID enqueue(String type, Map<String, ?> payload) {
        return queue.enqueue(NewJob.of(type, payload)).id();
    }

    /**
     * Executes a new job once, whatever comes of it; nothing else runs.
     *
     * @return what the handler returned
     * @throws InvalidInputException if the payload does not fit the type
     * @throws Exception what the handler threw
     */
    public JobOutcome run(String type, Map<String, ?> payload) throws Exception {
        RegisteredHandler handler = handler(type);
        String json = Json.write(payload);
        JobInMemory job = new JobInMemory(NewJob.of(type, payload), json, null, 1, clock.instant());
        job.attempts = 1;
        return handler.handle(Payloads.read(validator, json, handler.payloadType()), job);
    }

    /**
     * Executes jobs until none is left that is or will be due, those that are enqueued meanwhile too: in the order of
     * their times, then of their priorities. Moves the clock on to the next job when nothing is due.
     *
     * @return how many attempts were made
     * @throws IllegalStateException after 10,000 attempts: jobs snooze or enqueue each other without end
     */
    public int drain() {
        int made = 0;
        for (Optional<JobInMemory> next = next(); next.isPresent(); next = next()) {
            if (made == MOST_ATTEMPTS) {
                throw new IllegalStateException("After 10,000 attempts there are still jobs to be done.");
            }
            Duration wait = Duration.between(clock.instant(), next.get().scheduledAt);
            clock.advance(wait.isNegative() ? Duration.ZERO : wait);
            attempt(next.get());
            made++;
        }
        return made;
    }

    /**
     * Finds one job.
     *
     * @throws NotFoundException if there is none
     */
    public TestedJob job(UUID id) {
        return jobs.stream()
                .filter(job -> job.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new NotFoundException("job", id.toString()))
                .shown();
    }

    /** All jobs, oldest first. */
    public List<TestedJob> jobs() {
        return jobs.stream().map(JobInMemory::shown).toList();
    }

    /** Jobs of one type, oldest first. */
    public List<TestedJob> jobs(String type) {
        return jobs().stream().filter(job -> job.type().equals(type)).toList();
    }

    private Optional<JobInMemory> next() {
        Instant now = clock.instant();
        return jobs.stream()
                .filter(job -> job.status == JobStatus.PENDING)
                .min(Comparator.<JobInMemory, Instant>comparing(
                                job -> job.scheduledAt.isAfter(now) ? job.scheduledAt : now)
                        .thenComparing(job -> -job.wanted.priority())
                        .thenComparing(job -> job.scheduledAt));
    }

    private void attempt(JobInMemory job) {
        RegisteredHandler handler = handler(job.wanted.type());
        int before = jobs.size();
        job.status = JobStatus.RUNNING;
        job.attempts++;
        job.inCompletion = false;
        Object payload;
        try {
            payload = Payloads.read(validator, job.payload, handler.payloadType());
        } catch (InvalidInputException unfit) {
            fail(job, handler, text(unfit), false);
            return;
        }
        try {
            end(job, handler, handler.handle(payload, job));
        } catch (Exception thrown) {
            fail(job, handler, text(thrown), handler.policy().isRetryable(thrown));
        }
        if (job.inCompletion && job.status != JobStatus.COMPLETED) {
            jobs.subList(before, jobs.size()).clear();
        }
    }

    private void end(JobInMemory job, RegisteredHandler handler, JobOutcome outcome) {
        if (outcome instanceof JobOutcome.Completed completed) {
            complete(job, handler, completed.result());
        } else if (outcome instanceof JobOutcome.Snoozed snoozed) {
            job.attempts--;
            job.outcomes.add("snoozed");
            comeBack(job, snoozed.delay());
        } else if (outcome instanceof JobOutcome.Retry retry) {
            fail(job, handler, retry.reason(), true);
        } else if (outcome instanceof JobOutcome.Failed failed) {
            fail(job, handler, failed.reason(), false);
        } else {
            fail(job, handler, "The handler returned no outcome.", true);
        }
    }

    private void complete(JobInMemory job, RegisteredHandler handler, Map<String, ?> result) {
        try {
            job.result = Json.readObject(Results.write(result, json -> json));
            job.outcomes.add("completed");
            job.status = JobStatus.COMPLETED;
        } catch (Results.UnfitException unfit) {
            fail(job, handler, unfit.reason(), false);
        }
    }

    private void fail(JobInMemory job, RegisteredHandler handler, String error, boolean retryable) {
        job.outcomes.add("failed");
        job.lastError = error;
        if (retryable && job.attempts < job.maxAttempts) {
            comeBack(job, handler.policy().delayAfter(job.attempts, random.nextDouble()));
        } else {
            job.status = JobStatus.FAILED;
        }
    }

    private void comeBack(JobInMemory job, Duration delay) {
        job.status = JobStatus.PENDING;
        job.scheduledAt = clock.instant().plus(delay.isNegative() ? Duration.ZERO : delay);
    }

    private RegisteredHandler handler(String type) {
        RegisteredHandler handler = handlers.get(type);
        if (handler == null) {
            throw new InvalidInputException("type", "has no handler here; known are " + handlers.keySet() + ".");
        }
        return handler;
    }

    private static String text(Exception thrown) {
        String message = thrown.getMessage();
        return thrown.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
