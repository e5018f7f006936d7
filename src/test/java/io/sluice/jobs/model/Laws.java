package io.sluice.jobs.model;

import static io.sluice.jobs.model.World.Status.COMPLETED;
import static io.sluice.jobs.model.World.Status.PENDING;
import static io.sluice.jobs.model.World.Status.PRUNED;
import static io.sluice.jobs.model.World.Status.RUNNING;

import io.sluice.jobs.model.Step.Kind;
import io.sluice.jobs.model.World.Ending;
import io.sluice.jobs.model.World.Held;
import io.sluice.jobs.model.World.Job;
import io.sluice.jobs.model.World.Node;
import io.sluice.jobs.model.World.Outcome;
import java.util.List;
import java.util.Optional;

/** What must hold at every step, however the steps came about. Knows nothing of the rules' reasons. */
final class Laws {
    private Laws() {}

    /** The law that a step broke, if it did. */
    static Optional<String> brokenBy(World before, World after) {
        for (int j = 0; j < before.jobs().size(); j++) {
            String broken = brokenBy(before, before.job(j), after.job(j));
            if (broken != null) {
                return Optional.of(broken);
            }
        }
        return Optional.empty();
    }

    private static String brokenBy(World before, Job was, Job is) {
        if (was.status() == COMPLETED && is.status() != COMPLETED && is.status() != PRUNED) {
            return "A completed job stays completed.";
        }
        if (is.status() == PRUNED && !was.status().isFinal()) {
            return "Only what is over is removed.";
        }
        if (was.status() == RUNNING && is.token() != was.token()) {
            return "A running job is claimed by nobody else.";
        }
        boolean ended = !is.last().equals(was.last());
        if (was.status() == RUNNING && is.status() != RUNNING && !ended) {
            return "A job doesn't stop running without a word in its history.";
        }
        if (was.status() == RUNNING && was.cancelAsked() && is.status() == PENDING) {
            return "A job that was asked to stop doesn't run again.";
        }
        if (is.status() == PENDING && is.attempts() >= is.max()) {
            return "No job waits for more executions than it may have.";
        }
        int executions = was.attempts()
                + (is.token() != was.token() ? 1 : 0)
                - (ended && is.last().outcome() == Outcome.INTERRUPTED ? 1 : 0);
        if (is.attempts() != executions) {
            return "Attempts are executions, no more and no less.";
        }
        return ended ? brokenBy(before, was, is.last()) : null;
    }

    private static String brokenBy(World before, Job was, Ending ending) {
        if (was.status() != RUNNING || was.token() != ending.token()) {
            return "Only the attempt that holds the job ends it, once.";
        }
        if (ending.outcome() == Outcome.LOST) {
            Node owner = before.node(was.owner());
            if (owner.row().lives() && !owner.silent()) {
                return "No job is taken from a node that lives.";
            }
        }
        return null;
    }

    /** Whether every job comes to an end once no more faults happen, without waiting for a deadline. */
    static boolean settles(Rules rules, World world) {
        if (world.jobs().stream().allMatch(job -> job.status().isFinal())) {
            return true;
        }
        World now = world;
        int fresh = now.nodes().size();
        now = now.plus(Node.started());
        for (int round = 0; round < 4; round++) {
            for (int n = 0; n < fresh; n++) {
                now = goOn(rules, now, n);
            }
            now = rules.after(now, new Step(Kind.RESCUE, fresh, -1, 0));
            for (int j = 0; j < now.jobs().size(); j++) {
                now = perform(rules, now, new Step(Kind.CLAIM_BEGINS, fresh, j, 0));
                now = perform(rules, now, new Step(Kind.CLAIM_COMMITS, fresh, -1, 0));
            }
            now = goOn(rules, now, fresh);
        }
        return now.jobs().stream().allMatch(job -> job.status().isFinal());
    }

    /** What every process does sooner or later; one that is gone falls silent. */
    private static World goOn(Rules rules, World world, int n) {
        World now = perform(rules, world, new Step(Kind.CLAIM_COMMITS, n, -1, 0));
        now = perform(rules, now, new Step(now.node(n).up() ? Kind.BEAT : Kind.FALL_SILENT, n, -1, 0));
        now = perform(rules, now, new Step(Kind.GIVE_BACK_UNHELD, n, -1, 0));
        for (Held held : List.copyOf(now.node(n).held())) {
            now = perform(rules, now, new Step(Kind.FINISH, n, held.job(), held.token()));
        }
        return now;
    }

    private static World perform(Rules rules, World world, Step step) {
        return rules.isPossible(world, step) ? rules.after(world, step) : world;
    }
}
