package io.sluice.jobs.queue;

import java.util.UUID;

/**
 * Who holds a job.
 *
 * @param fencingToken of the claim; a job that was claimed again has another
 * @param worker name of the node, kept in the job's history
 */
public record Holder(UUID jobId, long fencingToken, String worker) {}
