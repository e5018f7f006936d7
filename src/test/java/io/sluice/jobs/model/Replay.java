package io.sluice.jobs.model;

import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.model.Step.Kind;
import io.sluice.jobs.model.World.Ending;
import io.sluice.jobs.model.World.Held;
import io.sluice.jobs.model.World.Status;
import io.sluice.jobs.operations.PastJobs;
import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.Beat;
import io.sluice.jobs.queue.Claimable;
import io.sluice.jobs.queue.ClaimedJob;
import io.sluice.jobs.queue.Holder;
import io.sluice.jobs.queue.Nodes;
import jakarta.transaction.UserTransaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Walks through the model and does the same with the real statements on PostgreSQL. After each step both must say the same
 * of the job, its history and what each node believes to hold. A claim that is under way while others act is the model's
 * alone: here a claim begins and ends at once.
 */
public final class Replay {
    /** A node is silent after this long; shorter than the lease of the server on which this runs. */
    private static final Duration LEASE = Duration.ofSeconds(1);

    private static final Duration NEVER = Duration.ofDays(1);
    private static final int LENGTH = 40;

    private final Attempts attempts;
    private final Nodes nodes;
    private final Jobs jobs;
    private final PastJobs past;
    private final UserTransaction transaction;
    private final ModelTables tables;

    private final String type = "model_" + UUID.randomUUID();
    private final List<UUID> nodeIds = new ArrayList<>();
    private final List<Set<Nodes.Claim>> held = new ArrayList<>();
    private final List<Long> tokens = new ArrayList<>();
    private final List<Ending> history = new ArrayList<>();
    private UUID jobId = new UUID(0, 0);

    public Replay(
            Attempts attempts,
            Nodes nodes,
            Jobs jobs,
            PastJobs past,
            UserTransaction transaction,
            DataSource dataSource) {
        this.attempts = attempts;
        this.nodes = nodes;
        this.jobs = jobs;
        this.past = past;
        this.transaction = transaction;
        this.tables = new ModelTables(dataSource);
    }

    /** What a server needs to run this. */
    public static Class<?>[] classes() {
        return new Class<?>[] {
            Replay.class,
            ModelTables.class,
            World.class,
            Step.class,
            Flaw.class,
            Rules.class,
            Laws.class,
            Interleavings.class
        };
    }

    /**
     * Walks a random way.
     *
     * @return how many steps it had
     * @throws AssertionError at the first difference, with the way there
     */
    public int walk(Random random) throws SQLException {
        Rules rules = new Rules();
        Interleavings interleavings = new Interleavings(rules, 5, 8);
        World world = World.of(1, 2);
        begin(world);
        List<Step> trace = new ArrayList<>();
        while (trace.size() < LENGTH) {
            World now = world;
            List<Step> possible = interleavings.possible(world).stream()
                    .filter(step -> isNext(now, step))
                    .toList();
            if (possible.isEmpty()) {
                break;
            }
            Step step = possible.get(random.nextInt(possible.size()));
            World next = rules.after(world, step);
            trace.add(step);
            refreshHeartbeats(world);
            perform(world, step);
            if (!next.job(0).last().equals(world.job(0).last())) {
                history.add(next.job(0).last());
            }
            compare(next, trace);
            world = next;
        }
        return trace.size();
    }

    /** A claim that has begun ends before anything else happens. */
    private static boolean isNext(World world, Step step) {
        boolean claiming = world.nodes().stream().anyMatch(node -> node.claiming() >= 0);
        return !claiming
                || step.kind() == Kind.CLAIM_COMMITS
                || step.kind() == Kind.CLAIM_ANSWER_LOST
                || step.kind() == Kind.CLAIM_ROLLED_BACK;
    }

    private void begin(World world) throws SQLException {
        world.nodes().forEach(node -> register());
        // Created in the future: the server's own sweeps shall not park it as of an unknown type.
        jobId = (UUID) tables.row("""
                insert into jobs (type, max_attempts, created_at) values (?, 2, sluice_now() + interval '1 hour') returning id
                """, type).get(0);
    }

    private void register() {
        nodeIds.add(nodes.register("model-" + nodeIds.size(), List.of(type), 5));
        held.add(new HashSet<>());
    }

    /** Steps take as long as they take; who is silent and who is not, the model says. */
    private void refreshHeartbeats(World world) throws SQLException {
        for (int n = 0; n < nodeIds.size(); n++) {
            tables.execute(
                    "update nodes set heartbeat_at = clock_timestamp() - make_interval(secs => ?) where id = ?",
                    world.node(n).silent() ? 2.0 : -86_400.0,
                    nodeIds.get(n));
        }
    }

    private void perform(World world, Step step) throws SQLException {
        int n = step.node();
        UUID node = n < 0 ? null : nodeIds.get(n);
        switch (step.kind()) {
            case CLAIM_BEGINS, CLAIM_ROLLED_BACK, FALL_SILENT -> {
                // Nothing that the tables show.
            }
            case CLAIM_COMMITS -> claim(n, world.node(n).up());
            case CLAIM_ANSWER_LOST -> claim(n, false);
            case GIVE_BACK_UNHELD -> attempts.giveBackUnheld(node, "model-" + n, held.get(n));
            case FINISH, FAIL, GIVE_BACK, END_CANCELLED -> end(step);
            case ASK_CANCEL -> jobs.cancel(jobId);
            case RETRY -> jobs.retry(jobId);
            case PRUNE -> prune(JobStatus.valueOf(world.job(0).status().name()));
            case BEAT -> beat(n);
            case RESCUE -> nodes.rescue(node, LEASE, NEVER, Rules.MOST_RESCUES);
            case FORGET_NODES -> {
                tables.execute("update nodes set ended_at = ended_at - interval '8 days' where name like 'model-%'");
                nodes.tidy(NEVER);
            }
            case DRAIN -> nodes.drain(node, 0);
            case STOP -> {
                attempts.giveAllBack(node, "model-" + n, "stopped");
                nodes.stop(node);
                held.get(n).clear();
            }
            case CRASH -> held.get(n).clear();
            case START -> register();
        }
    }

    private void prune(JobStatus status) throws SQLException {
        try {
            transaction.begin();
            past.deleteFinishedBefore(status, Duration.ZERO, 100_000);
            transaction.commit();
        } catch (Exception failure) {
            throw new SQLException(failure);
        }
    }

    private void claim(int n, boolean heard) {
        Claimable claimable = new Claimable(type, 2, 3_600_000, 5, 0, false, null, null);
        List<ClaimedJob> claimed = attempts.turn(nodeIds.get(n), List.of(), List.of(claimable), Set.of(), 5)
                .jobs();
        if (claimed.size() != 1) {
            throw new AssertionError("The model claims a job, the table gave " + claimed.size());
        }
        long token = claimed.get(0).fencingToken();
        tokens.add(token);
        if (heard) {
            held.get(n).add(new Nodes.Claim(jobId, token));
        }
    }

    private void end(Step step) {
        long token = tokens.get(step.token() - 1);
        Holder holder = new Holder(jobId, token, "model-" + step.node());
        switch (step.kind()) {
            case FINISH -> attempts.completeAll(List.of(new Attempts.Completion(holder, "{}")));
            case FAIL ->
                attempts.fail(holder, "failed", new Attempts.Cause("as the model says", true), true, Duration.ZERO);
            case GIVE_BACK -> attempts.giveBack(holder, "interrupted", null, Duration.ZERO);
            default -> attempts.cancel(holder, "as the model says");
        }
        held.get(step.node()).remove(new Nodes.Claim(jobId, token));
    }

    private void beat(int n) {
        Beat.Question question =
                new Beat.Question(List.copyOf(held.get(n)), LEASE, true, true, true, NEVER, Duration.ofHours(1));
        Beat beat = nodes.beat(nodeIds.get(n), question);
        if (beat.says(Beat.Word.ALIVE)) {
            beat.lost().forEach(held.get(n)::remove);
        } else {
            held.get(n).clear();
        }
    }

    private void compare(World world, List<Step> trace) throws SQLException {
        World.Job job = world.job(0);
        String expected = job.status() == Status.PRUNED ? "pruned" : text(world, job);
        String actual = actual();
        if (!expected.equals(actual)) {
            throw new AssertionError("The model says " + expected + ", the tables say " + actual + " after " + trace);
        }
    }

    private String text(World world, World.Job job) {
        boolean live = !job.status().isFinal();
        List<String> beliefs = new ArrayList<>();
        for (World.Node node : world.nodes()) {
            beliefs.add(node.held().stream().map(Held::token).sorted().toList().toString());
        }
        return job.status().name().toLowerCase(Locale.ROOT) + " attempts " + job.attempts() + " max "
                + job.max() + (live ? " rescues " + job.rescues() : "") + " owner " + job.owner() + " token "
                + job.token() + (job.status() == Status.RUNNING ? " cancel " + job.cancelAsked() : "") + " history "
                + history.stream()
                        .map(each -> each.token() + each.outcome().name().toLowerCase(Locale.ROOT))
                        .toList()
                + " held " + beliefs + " nodes "
                + world.nodes().stream()
                        .map(node -> node.row().name().toLowerCase(Locale.ROOT))
                        .toList();
    }

    private String actual() throws SQLException {
        List<Object> row = tables.row("""
                select status, attempts, max_attempts, rescues, node_id, coalesce(fencing_token, 0),
                       cancel_requested_at is not null
                from jobs where id = ?
                """, jobId);
        if (row.isEmpty()) {
            return "pruned";
        }
        String status = (String) row.get(0);
        boolean live = status.equals("pending") || status.equals("running");
        List<String> beliefs = new ArrayList<>();
        List<String> states = new ArrayList<>();
        for (int n = 0; n < nodeIds.size(); n++) {
            beliefs.add(held.get(n).stream()
                    .map(claim -> number(claim.fencingToken()))
                    .sorted()
                    .toList()
                    .toString());
            List<Object> state = tables.row("select state from nodes where id = ?", nodeIds.get(n));
            states.add(state.isEmpty() ? "forgotten" : (String) state.get(0));
        }
        return status + " attempts " + row.get(1) + " max " + row.get(2) + (live ? " rescues " + row.get(3) : "")
                + " owner " + nodeIds.indexOf((UUID) row.get(4)) + " token " + number((Long) row.get(5))
                + (status.equals("running") ? " cancel " + row.get(6) : "") + " history " + actualHistory() + " held "
                + beliefs + " nodes " + states;
    }

    private List<String> actualHistory() throws SQLException {
        List<String> rows = new ArrayList<>();
        List<Object> flat = tables.row("""
                select coalesce(array_agg(fencing_token || ' ' || outcome order by fencing_token), '{}')
                from job_attempts where job_id = ?
                """, jobId);
        for (Object each : (Object[]) flat.get(0)) {
            String[] words = each.toString().split(" ");
            rows.add(number(Long.parseLong(words[0])) + words[1]);
        }
        return rows;
    }

    /** As the model counts: the first claim has 1. */
    private int number(long token) {
        return tokens.indexOf(token) + 1;
    }
}
