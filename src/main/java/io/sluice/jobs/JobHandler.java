package io.sluice.jobs;

/**
 * Does the work of one job type. The bean is annotated with {@link HandlesJob}. One bean instance may run several jobs
 * at once on different threads.
 *
 * @param <P> a record that the payload is read into, strictly, and validated by Bean Validation before each attempt
 */
public interface JobHandler<P> {
    /**
     * Runs one attempt. The effect must be the same when the same job runs again, unless it is written through {@link
     * JobContext#inCompletion}, which happens exactly once. Timeout and cancellation arrive as an interrupt and through
     * {@link JobContext#cancelled}.
     *
     * @return how the attempt ended
     * @throws Exception any failure; retried by the type's policy unless it is one of the type's final errors
     */
    JobOutcome handle(P payload, JobContext context) throws Exception;
}
