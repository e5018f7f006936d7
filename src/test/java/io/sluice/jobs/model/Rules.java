package io.sluice.jobs.model;

import static io.sluice.jobs.model.World.Status.CANCELLED;
import static io.sluice.jobs.model.World.Status.COMPLETED;
import static io.sluice.jobs.model.World.Status.FAILED;
import static io.sluice.jobs.model.World.Status.PENDING;
import static io.sluice.jobs.model.World.Status.PRUNED;
import static io.sluice.jobs.model.World.Status.RUNNING;

import io.sluice.jobs.model.Step.Kind;
import io.sluice.jobs.model.World.Ending;
import io.sluice.jobs.model.World.Held;
import io.sluice.jobs.model.World.Job;
import io.sluice.jobs.model.World.Node;
import io.sluice.jobs.model.World.Outcome;
import io.sluice.jobs.model.World.Row;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** What each step does, as the statements of {@code jobs.queue} and {@code jobs.operations} do it; or with some flaw. */
final class Rules {
    /** How often a job may lose its node. */
    static final int MOST_RESCUES = 2;

    private final Set<Flaw> flaws;

    Rules(Flaw... flaws) {
        this.flaws = EnumSet.noneOf(Flaw.class);
        this.flaws.addAll(Set.of(flaws));
    }

    private boolean has(Flaw flaw) {
        return flaws.contains(flaw);
    }

    World after(World world, Step step) {
        int n = step.node();
        int j = step.job();
        return switch (step.kind()) {
            case CLAIM_BEGINS ->
                world.with(j, world.job(j).locked(n)).with(n, world.node(n).claiming(j));
            case CLAIM_COMMITS -> claimed(world, n, world.node(n).up());
            case CLAIM_ANSWER_LOST -> claimed(world, n, false);
            case CLAIM_ROLLED_BACK -> rolledBack(world, n);
            case GIVE_BACK_UNHELD -> givenBackUnheld(world, n);
            case FINISH, FAIL, GIVE_BACK, END_CANCELLED -> ended(world, step);
            case ASK_CANCEL -> world.with(j, askedToStop(world.job(j)));
            case RETRY -> world.with(j, world.job(j).again());
            case PRUNE -> world.with(j, world.job(j).with(PRUNED));
            case FALL_SILENT -> world.with(n, world.node(n).silent(true));
            case BEAT -> beat(world, n);
            case RESCUE -> rescued(world, n);
            case FORGET_NODES -> forgotten(world);
            case DRAIN -> world.with(n, world.node(n).with(Row.DRAINING));
            case STOP -> stopped(world, n);
            case CRASH -> world.with(n, world.node(n).gone());
            case START -> world.plus(Node.started());
        };
    }

    private World claimed(World world, int n, boolean heard) {
        Node node = world.node(n);
        int j = node.claiming();
        Job job = world.job(j);
        Job claimed = job.claimed(n);
        Set<Held> held = new HashSet<>(node.held());
        if (heard) {
            held.add(new Held(j, claimed.token(), false));
        }
        return world.with(j, claimed)
                .with(n, node.claiming(-1).holding(held).unsure(node.unsure() || (node.up() && !heard)));
    }

    private static World rolledBack(World world, int n) {
        int j = world.node(n).claiming();
        return world.with(j, world.job(j).locked(-1)).with(n, world.node(n).claiming(-1));
    }

    private World givenBackUnheld(World world, int n) {
        World now = world.with(n, world.node(n).unsure(false));
        if (has(Flaw.LOST_ANSWER_FORGOTTEN)) {
            return now;
        }
        for (int j = 0; j < world.jobs().size(); j++) {
            Job job = world.job(j);
            if (job.status() == RUNNING && job.owner() == n && !world.holds(n, j, job.token())) {
                now = now.with(j, givenBack(job, job.token()));
            }
        }
        return now;
    }

    /** The end of an attempt changes its job, or nothing; the process lets go of it in both cases. */
    private World ended(World world, Step step) {
        Job job = world.job(step.job());
        Set<Held> held = new HashSet<>(world.node(step.node()).held());
        held.removeIf(each -> each.job() == step.job() && each.token() == step.token());
        World now = world.with(step.node(), world.node(step.node()).holding(held));
        boolean running = job.status() == RUNNING;
        boolean own = running && job.token() == step.token();
        int token = step.token();
        return switch (step.kind()) {
            case FINISH ->
                own || (running && has(Flaw.FINISH_WITHOUT_TOKEN))
                        ? now.with(
                                step.job(),
                                job.ended(COMPLETED, job.attempts(), job.rescues(), ending(token, Outcome.COMPLETED)))
                        : now;
            case FAIL ->
                own || (running && has(Flaw.FAIL_WITHOUT_TOKEN))
                        ? now.with(
                                step.job(),
                                job.ended(
                                        job.attempts() < job.max() ? waiting(job) : FAILED,
                                        job.attempts(),
                                        job.rescues(),
                                        ending(token, Outcome.FAILED)))
                        : now;
            case GIVE_BACK ->
                own || (running && has(Flaw.GIVE_BACK_WITHOUT_TOKEN))
                        ? now.with(step.job(), givenBack(job, token))
                        : now;
            default ->
                own || (job.status() != PRUNED && has(Flaw.CANCEL_WITHOUT_GUARD))
                        ? now.with(
                                step.job(),
                                job.ended(CANCELLED, job.attempts(), job.rescues(), ending(token, Outcome.CANCELLED)))
                        : now;
        };
    }

    private static Ending ending(int token, Outcome outcome) {
        return new Ending(token, outcome);
    }

    private Job givenBack(Job job, int token) {
        int attempts = has(Flaw.GIVE_BACK_COUNTS) ? job.attempts() : job.attempts() - 1;
        return job.ended(waiting(job), attempts, job.rescues(), ending(token, Outcome.INTERRUPTED));
    }

    /** A job that was asked to stop doesn't run again. */
    private World.Status waiting(Job job) {
        return job.cancelAsked() && !has(Flaw.CANCEL_FORGOTTEN) ? CANCELLED : PENDING;
    }

    private static Job askedToStop(Job job) {
        return job.status() == PENDING ? job.with(CANCELLED) : job.askedToStop();
    }

    private static World beat(World world, int n) {
        Node node = world.node(n);
        if (!node.row().lives()) {
            return world.with(n, node.gone());
        }
        Set<Held> held = new HashSet<>();
        for (Held each : node.held()) {
            Job job = world.job(each.job());
            if (job.status() == RUNNING && job.token() == each.token()) {
                held.add(new Held(each.job(), each.token(), each.cancelHeard() || job.cancelAsked()));
            }
        }
        return world.with(n, node.silent(false).holding(held));
    }

    private World rescued(World world, int by) {
        World now = world;
        Set<Integer> buried = new HashSet<>();
        for (int n = 0; n < world.nodes().size(); n++) {
            Node node = world.node(n);
            if (n != by && node.row().lives() && node.silent()) {
                now = now.with(n, node.with(Row.DEAD));
                buried.add(n);
            }
        }
        for (int j = 0; j < now.jobs().size(); j++) {
            Job job = now.job(j);
            if (job.status() == RUNNING && job.locked() < 0 && isLost(now, job, buried)) {
                now = now.with(j, rescued(job));
            }
        }
        return now;
    }

    private boolean isLost(World world, Job job, Set<Integer> justBuried) {
        Row row = world.node(job.owner()).row();
        if (has(Flaw.RESCUE_BY_AGE_ONLY)) {
            return true;
        }
        if (has(Flaw.RESCUE_OF_THE_JUST_BURIED_ONLY)) {
            return justBuried.contains(job.owner());
        }
        return !row.lives() && !(has(Flaw.NODE_PRUNED_BEFORE_ITS_JOBS_MOVED) && row == Row.FORGOTTEN);
    }

    private Job rescued(Job job) {
        boolean over = job.attempts() >= job.max() && !has(Flaw.RESCUE_BEYOND_THE_LAST);
        World.Status verdict =
                job.cancelAsked() ? CANCELLED : over || job.rescues() + 1 >= MOST_RESCUES ? FAILED : PENDING;
        int attempts = has(Flaw.RESCUE_WITHOUT_ATTEMPT) ? job.attempts() - 1 : job.attempts();
        return job.ended(verdict, attempts, job.rescues() + 1, ending(job.token(), Outcome.LOST));
    }

    private static World forgotten(World world) {
        World now = world;
        for (int n = 0; n < world.nodes().size(); n++) {
            if (!world.node(n).row().lives()) {
                now = now.with(n, world.node(n).with(Row.FORGOTTEN));
            }
        }
        return now;
    }

    private World stopped(World world, int n) {
        World now = world;
        for (int j = 0; j < world.jobs().size(); j++) {
            Job job = world.job(j);
            if (job.status() == RUNNING && job.owner() == n && job.locked() < 0) {
                now = now.with(j, givenBack(job, job.token()));
            }
        }
        return now.with(n, now.node(n).gone().with(Row.STOPPED));
    }

    /** Whether it can happen now. Steps that any process may take at any time are bounded by {@link Interleavings}. */
    boolean isPossible(World world, Step step) {
        Node node = step.node() < 0 ? null : world.node(step.node());
        Job job = step.job() < 0 ? null : world.job(step.job());
        Kind kind = step.kind();
        return switch (kind) {
            case CLAIM_BEGINS -> node.up() && node.row() == Row.ACTIVE && node.claiming() < 0 && isClaimable(job);
            case CLAIM_COMMITS, CLAIM_ROLLED_BACK -> node.claiming() >= 0;
            case CLAIM_ANSWER_LOST -> node.claiming() >= 0 && node.up();
            case GIVE_BACK_UNHELD -> node.up() && node.unsure() && node.claiming() < 0;
            case FINISH, FAIL, GIVE_BACK -> world.holds(step.node(), step.job(), step.token());
            case END_CANCELLED -> node.held().contains(new Held(step.job(), step.token(), true));
            case ASK_CANCEL -> !job.status().isFinal() && job.locked() < 0 && !job.cancelAsked();
            case RETRY ->
                job.status() == FAILED
                        || job.status() == CANCELLED
                        || (job.status() == RUNNING && has(Flaw.RETRY_OF_RUNNING));
            case PRUNE ->
                job.locked() < 0
                        && (job.status().isFinal() && job.status() != PRUNED
                                || job.status() == PENDING && has(Flaw.PRUNE_WHAT_WAITS));
            case FALL_SILENT -> node.row().lives() && !node.silent();
            case BEAT -> node.up();
            case RESCUE -> node.up() && node.row().lives();
            case FORGET_NODES ->
                world.nodes().stream().anyMatch(each -> !each.row().lives() && each.row() != Row.FORGOTTEN);
            case DRAIN -> node.up() && node.row() == Row.ACTIVE;
            case STOP -> node.up() && node.row() == Row.DRAINING;
            case CRASH -> node.up();
            case START -> world.nodes().stream().anyMatch(each -> !each.up());
        };
    }

    private boolean isClaimable(Job job) {
        return (job.status() == PENDING || (job.status() == RUNNING && has(Flaw.CLAIM_WITHOUT_GUARD)))
                && (job.locked() < 0 || has(Flaw.CLAIM_WITHOUT_LOCK));
    }
}
