package io.sluice.jobs;

import java.util.List;
import java.util.UUID;

/** The way in: puts jobs into the queue inside the caller's transaction. */
public interface JobQueue {
    /**
     * Enqueues one job in the transaction of this thread, which must exist; after its commit every node is woken. A
     * rollback leaves no job.
     *
     * @return the new job, or the one that already holds its unique or pending key
     * @throws io.sluice.InvalidInputException if the type is not registered, the payload does not fit it, or an option
     *     is out of range
     */
    Enqueued enqueue(NewJob job);

    /** Enqueues all of them or none, in order; otherwise like {@link #enqueue}. At most 1,000. */
    List<UUID> enqueueAll(List<NewJob> jobs);

    /** What became of a request to enqueue. */
    record Enqueued(UUID id, boolean created) {}
}
