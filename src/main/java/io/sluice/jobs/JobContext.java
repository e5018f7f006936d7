package io.sluice.jobs;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an attempt may know and say about its job. Used by the handler's thread only. */
public interface JobContext {
    UUID jobId();

    /** 1 for the first execution; not raised by snoozes and interrupted attempts. */
    int attempt();

    @Nullable
    String projectId();

    /**
     * Whether this attempt was asked to stop: by its time limit, a person, the drain, or because its node was taken for
     * dead. An interrupt arrives as well.
     */
    boolean cancelled();

    /**
     * Stores how far the work is, in a transaction of its own. Calls within a second of the last stored one are dropped,
     * and so is one while the job's row is locked; the message is cut at 500 characters.
     *
     * @param percent 0 to 100
     */
    void progress(int percent, String message);

    /**
     * Opens, at the first call, the transaction in which the job will be completed, and keeps it on this thread: what is
     * written from now on commits together with the job's completion, or not at all. A handler that only waits never
     * holds a connection.
     */
    void inCompletion();

    /**
     * Makes sure, inside the transaction that is open on this thread, that this attempt still owns its job, and keeps
     * others from taking it until that transaction ends. What a long job writes page by page is fenced by this.
     *
     * @throws StaleAttemptException if the job was taken away; the transaction must be rolled back
     */
    void requireOwnership();
}
