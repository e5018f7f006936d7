package io.sluice.jobs.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Everything that matters at one moment: the rows of the jobs and of the nodes, and what the processes believe.
 *
 * @param nodes by start; a process that comes back is another one
 */
record World(List<Job> jobs, List<Node> nodes) {
    enum Status {
        PENDING,
        RUNNING,
        COMPLETED,
        FAILED,
        CANCELLED,
        /** Not a status: the row is gone. */
        PRUNED;

        boolean isFinal() {
            return compareTo(RUNNING) > 0;
        }
    }

    enum Outcome {
        COMPLETED,
        FAILED,
        CANCELLED,
        INTERRUPTED,
        LOST
    }

    /** The row of a node; {@code FORGOTTEN}: there is none any more. */
    enum Row {
        ACTIVE,
        DRAINING,
        STOPPED,
        DEAD,
        FORGOTTEN;

        boolean lives() {
            return this == ACTIVE || this == DRAINING;
        }
    }

    /** A row of the history. */
    record Ending(int token, Outcome outcome) {}

    /**
     * The row of a job.
     *
     * @param token of the latest claim; 0: none
     * @param owner index of the node; -1: none
     * @param locked index of the node whose claim of it is under way; -1: none
     * @param last the latest row of its history
     */
    record Job(
            Status status,
            int attempts,
            int max,
            int token,
            int owner,
            int rescues,
            boolean cancelAsked,
            int locked,
            Ending last) {
        static Job fresh(int max) {
            return new Job(Status.PENDING, 0, max, 0, -1, 0, false, -1, new Ending(0, Outcome.INTERRUPTED));
        }

        Job locked(int node) {
            return new Job(status, attempts, max, token, owner, rescues, cancelAsked, node, last);
        }

        Job claimed(int node) {
            int next = attempts + 1;
            return new Job(Status.RUNNING, next, Math.max(max, next), token + 1, node, rescues, false, -1, last);
        }

        Job ended(Status then, int attemptsThen, int rescuesThen, Ending ending) {
            return then.isFinal()
                    ? new Job(then, attemptsThen, max, token, -1, 0, false, locked, ending)
                    : new Job(then, attemptsThen, max, token, -1, rescuesThen, cancelAsked, locked, ending);
        }

        Job with(Status then) {
            return new Job(then, attempts, max, token, owner, rescues, cancelAsked && !then.isFinal(), locked, last);
        }

        Job askedToStop() {
            return new Job(status, attempts, max, token, owner, rescues, true, locked, last);
        }

        Job again() {
            return new Job(Status.PENDING, attempts, attempts + 1, token, -1, 0, false, locked, last);
        }
    }

    /** What a process believes to hold. */
    record Held(int job, int token, boolean cancelHeard) {}

    /**
     * A node's row and its process.
     *
     * @param silent whether its heartbeat is older than the lease
     * @param up whether its process runs; paused or cut off it runs too
     * @param claiming the job that a claim of it is taking; -1: none
     * @param unsure whether the answer to a claim was lost
     */
    record Node(Row row, boolean silent, boolean up, Set<Held> held, int claiming, boolean unsure) {
        static Node started() {
            return new Node(Row.ACTIVE, false, true, Set.of(), -1, false);
        }

        Node with(Row then) {
            return new Node(then, then.lives() && silent, up, held, claiming, unsure);
        }

        Node silent(boolean now) {
            return new Node(row, now, up, held, claiming, unsure);
        }

        Node gone() {
            return new Node(row, row.lives() && silent, false, Set.of(), claiming, false);
        }

        Node holding(Set<Held> now) {
            return new Node(row, silent, up, Set.copyOf(now), claiming, unsure);
        }

        Node claiming(int job) {
            return new Node(row, silent, up, held, job, unsure);
        }

        Node unsure(boolean now) {
            return new Node(row, silent, up, held, claiming, now);
        }
    }

    static World of(int jobs, int nodes) {
        List<Job> fresh = new ArrayList<>();
        List<Node> started = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
            fresh.add(Job.fresh(2));
        }
        for (int i = 0; i < nodes; i++) {
            started.add(Node.started());
        }
        return new World(List.copyOf(fresh), List.copyOf(started));
    }

    Job job(int index) {
        return jobs.get(index);
    }

    Node node(int index) {
        return nodes.get(index);
    }

    World with(int index, Job job) {
        List<Job> now = new ArrayList<>(jobs);
        now.set(index, job);
        return new World(List.copyOf(now), nodes);
    }

    World with(int index, Node node) {
        List<Node> now = new ArrayList<>(nodes);
        now.set(index, node);
        return new World(jobs, List.copyOf(now));
    }

    World plus(Node node) {
        List<Node> now = new ArrayList<>(nodes);
        now.add(node);
        return new World(jobs, List.copyOf(now));
    }

    boolean holds(int node, int job, int token) {
        return node(node).held().stream().anyMatch(held -> held.job() == job && held.token() == token);
    }
}
