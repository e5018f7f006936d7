package io.sluice.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The job types that this node has handlers for, and what operators set for them at run time. */
public interface JobTypes {
    /** The name under which all types together are paused. */
    String ALL = "*";

    /**
     * A token bucket: {@code jobs} starts per {@code per} on all nodes together, and up to as many at once.
     *
     * @param jobs 1 to 1,000,000
     * @param per up to a day
     */
    record Rate(int jobs, Duration per) {}

    /**
     * One type.
     *
     * @param payloadSchema JSON Schema of the payload
     * @param maxAttempts most executions of one job, the first included
     * @param backoff wait before the second attempt; each further one waits twice as long
     * @param backoffCap longest wait between two attempts
     * @param jitter 0 to 1: by which part of itself a wait may be shorter or longer
     * @param finalErrors names of the exceptions that no retry can mend
     * @param timeout longest run of one attempt
     * @param paused whether no node may claim it
     * @param concurrency most jobs of it that one node runs at once
     * @param ownSlots slots of its own on each node; 0: it shares the node's
     * @param clusterConcurrency most running jobs of it on all nodes together; null: no limit
     * @param projectConcurrency most of them for one project; null: no limit
     * @param rate how many may start in a time; null: no limit
     */
    record JobType(
            String name,
            String description,
            Map<String, Object> payloadSchema,
            int maxAttempts,
            Duration backoff,
            Duration backoffCap,
            double jitter,
            List<String> finalErrors,
            Duration timeout,
            boolean paused,
            int concurrency,
            int ownSlots,
            @Nullable Integer clusterConcurrency,
            @Nullable Integer projectConcurrency,
            @Nullable Rate rate) {}

    /**
     * What to change about a type; null leaves a member as it is.
     *
     * @param concurrency 1 to 1000
     * @param maxAttempts 1 to 1000; of jobs that have not been claimed yet and state none
     * @param clusterConcurrency up to 100,000; 0 takes the limit away
     * @param projectConcurrency up to 100,000; 0 takes the limit away
     * @param rate with 0 jobs it takes the limit away
     * @param finalErrors names of exceptions that no retry can mend, whole or without their packages; their subclasses are
     *     meant too
     */
    record Change(
            @Nullable Boolean paused,
            @Nullable Integer concurrency,
            @Nullable Integer maxAttempts,
            @Nullable Duration backoff,
            @Nullable Duration backoffCap,
            @Nullable Double jitter,
            @Nullable Duration timeout,
            @Nullable Integer clusterConcurrency,
            @Nullable Integer projectConcurrency,
            @Nullable Rate rate,
            @Nullable List<String> finalErrors) {}

    /** All of them, by name. */
    List<JobType> list();

    /**
     * Finds one type.
     *
     * @throws io.sluice.NotFoundException if this node has no handler for it
     */
    JobType get(String name);

    /**
     * Changes a type on all nodes: pause and limits from their next claim on, the rest within a few seconds, for attempts
     * that begin then.
     */
    JobType change(String name, Change change);

    /** Pauses all types, or resumes those that are not paused themselves, on all nodes from their next claim on. */
    void pauseAll(boolean paused);

    /** Whether all types are paused. */
    boolean allPaused();

    /** Most executions of a job that states none; 3 for a type that this node has no handler for. Reads memory only. */
    int maxAttempts(String name);

    /** Whether others are told when a job of it failed for good; true for a type without a handler. Reads memory only. */
    boolean announcesFailure(String name);

    /**
     * Reads a payload as the type's handler would, and gives it as it is to be stored: with its secrets sealed.
     *
     * @param stored the payload that this one replaces: its secrets stay where this one says {@code ***}; null: none
     * @throws io.sluice.InvalidInputException if the type has no handler or the payload does not fit it; the members are
     *     named {@code type} or {@code payload.…}
     */
    Map<String, ?> accept(String type, Map<String, ?> payload, @Nullable Map<String, ?> stored);

    /** A stored payload, as JSON, with {@code ***} for each of its secrets. Reads memory only. */
    String masked(String type, String payload);
}
