package io.sluice.jobs.queue;

import org.jspecify.annotations.Nullable;

/**
 * A type that a node is ready to run.
 *
 * @param maxAttempts for jobs that leave it to their type
 * @param timeoutMs longest run of one attempt, in milliseconds
 * @param concurrency most jobs of it at once on this node, unless operators set another number
 * @param running how many of it run on this node now
 * @param own whether it has slots of its own, as many as its concurrency, instead of sharing the node's
 * @param afterRank rank of the last job of which is known that none before it waits; null: look from the beginning
 * @param afterId its id
 */
public record Claimable(
        String type,
        int maxAttempts,
        long timeoutMs,
        int concurrency,
        int running,
        boolean own,
        @Nullable String afterRank,
        @Nullable String afterId) {}
