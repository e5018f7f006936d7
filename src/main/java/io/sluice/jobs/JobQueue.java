package io.sluice.jobs;

import java.util.List;
import java.util.UUID;

/** The way in: puts jobs into the queue inside the caller's transaction. */
public interface JobQueue {
    /**
     * Enqueues one job in the transaction of this thread, which must exist; after its commit every node is woken, for a
     * job that is due later only this one: the others find it by polling. A rollback leaves no job.
     *
     * @return the new job, or the one that already holds its unique or pending key
     * @throws io.sluice.InvalidInputException if the type is not registered on this node, the payload does not fit it, or an option
     *     is out of range
     */
    Enqueued enqueue(NewJob job);

    /**
     * Enqueues all of them or none, in few statements however many they are; otherwise like {@link #enqueue}.
     *
     * @return the ids in the order of {@code jobs}; that of a job whose key is held is the holder's
     * @throws io.sluice.InvalidInputException as {@link #enqueue} does, naming members as {@code jobs[0].type}
     */
    List<UUID> enqueueAll(List<NewJob> jobs);

    /** What became of a request to enqueue. */
    record Enqueued(UUID id, boolean created) {}
}
