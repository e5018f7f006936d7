package io.sluice.jobs.model;

import io.sluice.jobs.model.Step.Kind;
import io.sluice.jobs.model.World.Held;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Ways in which steps can follow each other: all of them within bounds, or some at random. */
final class Interleavings {
    private final Rules rules;
    private final int mostNodes;
    private final int mostClaims;

    /**
     * Interleavings within bounds.
     *
     * @param mostNodes starts of processes, those at the beginning included
     * @param mostClaims of one job
     */
    Interleavings(Rules rules, int mostNodes, int mostClaims) {
        this.rules = rules;
        this.mostNodes = mostNodes;
        this.mostClaims = mostClaims;
    }

    /**
     * What was found.
     *
     * @param broken the law that was broken first; empty: none was
     * @param trace the shortest way there
     */
    record Result(int worlds, long steps, Optional<String> broken, List<Step> trace) {}

    /** Goes every way, shortest first. */
    Result all(World start) {
        Map<World, Came> seen = new HashMap<>();
        Deque<World> open = new ArrayDeque<>(List.of(start));
        seen.put(start, new Came(null, null));
        long steps = 0;
        while (!open.isEmpty()) {
            World world = open.poll();
            for (Step step : possible(world)) {
                World next = rules.after(world, step);
                steps++;
                boolean isNew = !seen.containsKey(next);
                Optional<String> broken = Laws.brokenBy(world, next);
                if (broken.isEmpty() && isNew && !Laws.settles(rules, next)) {
                    broken = Optional.of("Every job comes to an end.");
                }
                if (broken.isPresent()) {
                    seen.putIfAbsent(next, new Came(world, step));
                    List<Step> trace = trace(seen, world);
                    trace.add(step);
                    return new Result(seen.size(), steps, broken, trace);
                }
                if (isNew) {
                    seen.put(next, new Came(world, step));
                    open.add(next);
                }
            }
        }
        return new Result(seen.size(), steps, Optional.empty(), List.of());
    }

    private record Came(World from, Step by) {}

    private static List<Step> trace(Map<World, Came> seen, World end) {
        List<Step> trace = new ArrayList<>();
        for (Came came = seen.get(end); came.by() != null; came = seen.get(came.from())) {
            trace.add(0, came.by());
        }
        return trace;
    }

    /** One way of so many steps at most; laws are checked on it. */
    Result random(World start, Random random, int length) {
        World world = start;
        List<Step> trace = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            List<Step> possible = possible(world);
            if (possible.isEmpty()) {
                break;
            }
            Step step = possible.get(random.nextInt(possible.size()));
            World next = rules.after(world, step);
            trace.add(step);
            Optional<String> broken = Laws.brokenBy(world, next);
            if (broken.isPresent()) {
                return new Result(i, i, broken, trace);
            }
            world = next;
        }
        return Laws.settles(rules, world)
                ? new Result(length, length, Optional.empty(), trace)
                : new Result(length, length, Optional.of("Every job comes to an end."), trace);
    }

    /** Everything that can happen next. */
    List<Step> possible(World world) {
        List<Step> steps = new ArrayList<>();
        for (int n = 0; n < world.nodes().size(); n++) {
            for (Kind kind : List.of(
                    Kind.CLAIM_COMMITS,
                    Kind.CLAIM_ANSWER_LOST,
                    Kind.CLAIM_ROLLED_BACK,
                    Kind.GIVE_BACK_UNHELD,
                    Kind.FALL_SILENT,
                    Kind.BEAT,
                    Kind.RESCUE,
                    Kind.DRAIN,
                    Kind.STOP,
                    Kind.CRASH)) {
                steps.add(new Step(kind, n, -1, 0));
            }
            for (int j = 0; j < world.jobs().size(); j++) {
                if (world.job(j).token() < mostClaims) {
                    steps.add(new Step(Kind.CLAIM_BEGINS, n, j, 0));
                }
            }
            for (Held held : world.node(n).held()) {
                for (Kind kind : List.of(Kind.FINISH, Kind.FAIL, Kind.GIVE_BACK, Kind.END_CANCELLED)) {
                    steps.add(new Step(kind, n, held.job(), held.token()));
                }
            }
        }
        for (int j = 0; j < world.jobs().size(); j++) {
            steps.add(new Step(Kind.ASK_CANCEL, -1, j, 0));
            steps.add(new Step(Kind.PRUNE, -1, j, 0));
            if (world.job(j).token() < mostClaims) {
                steps.add(new Step(Kind.RETRY, -1, j, 0));
            }
        }
        steps.add(new Step(Kind.FORGET_NODES, -1, -1, 0));
        if (world.nodes().size() < mostNodes) {
            steps.add(new Step(Kind.START, -1, -1, 0));
        }
        steps.removeIf(step -> !rules.isPossible(world, step));
        return steps;
    }
}
