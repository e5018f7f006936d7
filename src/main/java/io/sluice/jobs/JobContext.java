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

    /** Whether a timeout, a person or the drain asked this attempt to stop; an interrupt arrives as well. */
    boolean cancelled();

    /**
     * Stores how far the work is, in a transaction of its own, at most once a second.
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
