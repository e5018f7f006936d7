package io.sluice.jobs.queue;

import io.sluice.jobs.queue.Nodes.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a heartbeat brought back.
 *
 * @param words what else there is to know
 * @param cancelled running jobs of this node that were asked to stop
 * @param lost jobs that this node believes to hold and does not hold any more, or has just ended
 */
public record Beat(Set<Word> words, List<Claim> cancelled, List<Claim> lost) {
    /** Something that a heartbeat found to be so. */
    public enum Word {
        /** This node is known to live. Otherwise others have buried it, and its jobs are no longer its own. */
        ALIVE,
        /** Another node lives. */
        OTHER,
        /** Another node has missed its lease. */
        DEAD,
        /** Jobs that share limits are pending. */
        LIMITED,
        /** Jobs wait for limits that had no room, or for other jobs. */
        BLOCKED,
        /** A job that shares no limit is due, of a type that this node knows; it may be paused. */
        READY,
        /** A schedule's slot is due, or will be within seconds. */
        SLOT,
        /** Jobs have lost their node, or are long past their time. */
        ORPHANS,
        /** Due jobs are of types that no node knows. */
        UNKNOWN
    }

    /**
     * What a heartbeat asks.
     *
     * @param held what the node runs
     * @param lease silence after which another node is dead
     * @param looks whether it should look at more than a node's life depends on, such as for slots
     * @param ready whether it should look for due jobs: a node that runs jobs does so often anyhow
     * @param sweep whether it should look for what was left lying
     * @param overdue how long after its deadline a job is taken from a node that still lives
     * @param memory how long a type is remembered that no living node knows
     */
    public record Question(
            List<Claim> held,
            Duration lease,
            boolean looks,
            boolean ready,
            boolean sweep,
            Duration overdue,
            Duration memory) {
        public Question withoutLooks() {
            return new Question(held, lease, false, false, false, overdue, memory);
        }
    }

    public boolean says(Word word) {
        return words.contains(word);
    }
}
