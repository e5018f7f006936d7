package io.sluice.jobs;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this node's worker is doing, for probes and metrics. Reads memory only; safe from every thread. */
public interface WorkerStatus {
    /**
     * One of the worker's own threads.
     *
     * @param name {@code start}, {@code claim}, {@code finish}, {@code heartbeat}, {@code watch}, {@code listen} or
     *     {@code wake-up}
     * @param sinceBeat how long ago it last finished a round without a failure, or said within one that all is well
     * @param failing whether its latest round failed
     */
    record LoopState(String name, boolean alive, Duration sinceBeat, boolean failing) {}

    /**
     * Attempts of one type that ended on this node since it started.
     *
     * @param outcome as in a job's history
     * @param seconds sum of their run times
     * @param within how many ended within each of some run times, shortest first; the last is infinite and has them all
     */
    record Ended(String type, String outcome, double seconds, List<Within> within) {
        public long attempts() {
            return within.get(within.size() - 1).attempts();
        }
    }

    /** How many attempts took at most so long. */
    record Within(double seconds, long attempts) {}

    /** The worker's threads; empty before it has started. */
    List<LoopState> loops();

    /** Most jobs at once. */
    int slots();

    /** Jobs running now. */
    int running();

    /**
     * Whether this node knows the type and has a free slot for one more job of it.
     *
     * @param most how many of the type one node may run at once; null: as many as it has slots
     */
    boolean hasRoomFor(String type, @Nullable Integer most);

    /** Whether this node has stopped claiming for good. */
    boolean draining();

    /** Finishes that were refused because the job had been taken away. */
    long staleFinishes();

    /** Attempts that ended on this node and were not their job's first. */
    long retries();

    /** Jobs that this node took back from nodes that were silent, or held them long past their time. */
    long rescues();

    /** Handlers that went on after their interrupt and were given up. */
    long abandoned();

    /** What ended, by type and outcome. */
    List<Ended> ended();
}
