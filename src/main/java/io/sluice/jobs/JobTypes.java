package io.sluice.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The job types that this node has handlers for, and what operators set for them at run time. */
public interface JobTypes {
    /**
     * One type.
     *
     * @param payloadSchema JSON Schema of the payload
     * @param maxAttempts most executions of one job, the first included
     * @param backoff wait before the second attempt; each further one waits twice as long
     * @param backoffCap longest wait between two attempts
     * @param timeout longest run of one attempt
     * @param paused whether no node may claim it
     * @param concurrency most jobs of it that one node runs at once
     * @param ownSlots slots of its own on each node; 0: it shares the node's
     */
    record JobType(
            String name,
            String description,
            Map<String, Object> payloadSchema,
            int maxAttempts,
            Duration backoff,
            Duration backoffCap,
            Duration timeout,
            boolean paused,
            int concurrency,
            int ownSlots) {}

    /** All of them, by name. */
    List<JobType> list();

    /**
     * Finds one type.
     *
     * @throws io.sluice.NotFoundException if this node has no handler for it
     */
    JobType get(String name);

    /**
     * Pauses or resumes a type and sets how many of its jobs a node runs at once, on all nodes, from their next claim on.
     *
     * @param paused null: as it is
     * @param concurrency 1 to 1000; null: as it is
     */
    JobType change(String name, @Nullable Boolean paused, @Nullable Integer concurrency);

    /** Most executions of a job that states none; 3 for a type that this node has no handler for. Reads memory only. */
    int maxAttempts(String name);

    /** Whether others are told when a job of it failed for good; true for a type without a handler. Reads memory only. */
    boolean announcesFailure(String name);

    /**
     * Reads a payload as the type's handler would.
     *
     * @throws io.sluice.InvalidInputException if the type has no handler or the payload does not fit it; the members are
     *     named {@code type} or {@code payload.…}
     */
    void check(String type, Map<String, ?> payload);
}
