package io.sluice.jobs.worker;

import io.sluice.database.ReservedConnections;
import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.attempts.Attempt;
import io.sluice.jobs.attempts.RunningAttempts;
import io.sluice.jobs.attempts.StopReason;
import io.sluice.jobs.attempts.WorkerFigures;
import io.sluice.jobs.handlers.HandlerCatalog;
import io.sluice.jobs.handlers.RegisteredHandler;
import io.sluice.jobs.handlers.RegisteredTypes;
import io.sluice.jobs.queue.Beat;
import io.sluice.jobs.queue.Beat.Word;
import io.sluice.jobs.queue.LimitedClaims;
import io.sluice.jobs.queue.Nodes;
import io.sluice.jobs.wakeup.News;
import io.sluice.jobs.wakeup.SlotNews;
import io.sluice.jobs.wakeup.WakeUp;
import io.sluice.logging.EventLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.QueryTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says once a second that this node lives, less often while it is alone and idle; hears which of its jobs were cancelled and
 * whatever else a node would have to ask for again and again, and sees to nodes that fell silent and jobs that nobody can
 * run.
 */
@ApplicationScoped
class Heartbeat {
    private static final EventLog LOG = EventLog.of(Heartbeat.class);
    private static final long ROUND_MS = 1_000;

    /** What operators set is told to all nodes; this is for words that got lost. */
    private static final int SWEEPS_OF_A_REFRESH = 6;

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(5);

    /** When the looks of a heartbeat take too long, what they would find is looked for by itself meanwhile. */
    private static final Duration LOOKS_PAUSE = Duration.ofMinutes(1);

    /** Beyond the interrupt's grace: by then the node itself must have dealt with the job. */
    private static final Duration OVERDUE = Duration.ofSeconds(30);

    @Inject
    JobsSettings settings;

    @Inject
    Nodes nodes;

    @Inject
    LimitedClaims limits;

    @Inject
    NodeState node;

    @Inject
    HandlerCatalog catalog;

    @Inject
    RegisteredTypes types;

    @Inject
    RunningAttempts running;

    @Inject
    WorkerFigures figures;

    @Inject
    WakeUp wakeUp;

    @Inject
    SlotNews slots;

    private int sweepsToRefresh;
    private long lastBeat = System.nanoTime();
    private long steadySince = System.nanoTime();
    private long lastSweep = System.nanoTime();
    private long looksAgainAt = System.nanoTime();

    /** The last limit of the latest look at those that jobs wait for; null: the next look begins with the first. */
    private @Nullable String lookedAtUpTo;

    void round() throws InterruptedException {
        UUID id = node.id().orElse(null);
        if (id == null) {
            register();
        } else if (!isIdle() || Duration.ofNanos(System.nanoTime() - lastBeat).compareTo(idleBeat()) >= 0) {
            beat(id);
        }
        TimeUnit.MILLISECONDS.sleep(ROUND_MS);
    }

    /** Alone and without anything to do it has nobody to watch, and nobody watches it. */
    private boolean isIdle() {
        return running.count() == 0 && node.alone() && !node.draining();
    }

    /** Half a lease would be a silence, and a round comes late by a little. */
    private Duration idleBeat() {
        return settings.lease().dividedBy(2).minusMillis(ROUND_MS);
    }

    private void register() {
        UUID id = nodes.register(
                node.name(),
                catalog.all().stream().map(RegisteredHandler::type).toList(),
                settings.concurrency() + catalog.ownSlots());
        lastBeat = System.nanoTime();
        steadySince = lastBeat;
        node.registeredAs(id);
        LOG.info("job worker registered", "node_id", id, "node", node.name());
        // A look of our own, and a word by which others learn that they are not alone any more.
        wakeUp.workCommitted(News.ALL);
    }

    private void beat(UUID id) {
        boolean idle = isIdle();
        boolean sweep = System.nanoTime() - lastSweep > SWEEP_EVERY.toNanos();
        long begun = System.nanoTime();
        Beat beat = ask(id, idle, question(begun - looksAgainAt >= 0, idle, sweep));
        boolean looked = begun - looksAgainAt >= 0;
        noteBeat();
        if (!beat.says(Word.ALIVE)) {
            buried(id);
            return;
        }
        node.alone(!beat.says(Word.OTHER) && !beat.says(Word.DEAD));
        stop(beat.lost(), StopReason.LOST);
        stop(beat.cancelled(), StopReason.CANCEL);
        hearOfWork(beat);
        if (looked) {
            slots.heard(beat.says(Word.SLOT));
            hearOfReadyJobs(beat, idle, begun);
        }
        if (mayJudgeOthers() && (beat.says(Word.DEAD) || beat.says(Word.ORPHANS) || (sweep && !looked))) {
            rescue(id);
        }
        if (sweep) {
            lastSweep = System.nanoTime() - ThreadLocalRandom.current().nextLong(1_000_000_000L);
            tidy(beat, beat.says(Word.UNKNOWN) || !looked);
        }
    }

    private Beat.Question question(boolean looks, boolean idle, boolean sweep) {
        Beat.Question all = new Beat.Question(
                running.held(), settings.lease(), true, idle, sweep, overdue(), settings.unknownTypeGrace());
        return looks ? all : all.withoutLooks();
    }

    /** Nobody waits for the beat of a node that is alone: it needs no question beforehand whether its connection lives. */
    private Beat ask(UUID id, boolean idle, Beat.Question question) {
        try {
            return idle ? ReservedConnections.trusting(() -> nodes.beat(id, question)) : nodes.beat(id, question);
        } catch (QueryTimeoutException slow) {
            if (!question.looks()) {
                throw slow;
            }
            looksAgainAt = System.nanoTime() + LOOKS_PAUSE.toNanos();
            LOG.warning("heartbeat leaves its looks out for a while, they take too long", "pause", LOOKS_PAUSE);
            return ask(id, idle, question.withoutLooks());
        }
    }

    private void hearOfWork(Beat beat) {
        if (wakeUp.takePoliciesChanged()) {
            types.refresh();
        }
        wakeUp.limitedWorkPending(beat.says(Word.LIMITED));
    }

    private void hearOfReadyJobs(Beat beat, boolean idle, long asked) {
        if (beat.says(Word.READY)) {
            wakeUp.workPossible(News.ALL);
        } else if (idle && !beat.says(Word.LIMITED) && !beat.says(Word.BLOCKED)) {
            wakeUp.nothingWaited(asked);
        }
    }

    private Duration overdue() {
        return settings.interruptGrace().plus(OVERDUE);
    }

    /**
     * A node that was cut off from the database itself, or stood still, sees everybody's heartbeat old. It waits one
     * lease before it judges the others, and before it parks jobs of types that only they may know.
     */
    private boolean mayJudgeOthers() {
        return System.nanoTime() - steadySince > settings.lease().toNanos();
    }

    private void noteBeat() {
        long now = System.nanoTime();
        if (now - lastBeat > settings.lease().toNanos() / 2) {
            steadySince = now;
        }
        lastBeat = now;
    }

    private void buried(UUID id) {
        LOG.warning("node was taken for dead, its jobs went to others", "node_id", id, "jobs", running.count());
        node.buried();
        running.stopAll(StopReason.LOST);
        if (!node.draining()) {
            register();
        }
    }

    private void rescue(UUID id) {
        int jobs = nodes.rescue(id, settings.lease(), overdue(), settings.mostRescues());
        if (jobs > 0) {
            figures.rescued(jobs);
            LOG.warning("jobs rescued from lost nodes", "jobs", jobs);
            lookAgainAtLimits();
            wakeUp.workCommitted(News.ALL);
            wakeUp.limitedWorkCommitted();
        }
    }

    private void tidy(Beat beat, boolean unknown) {
        boolean refresh = --sweepsToRefresh <= 0;
        if (refresh) {
            sweepsToRefresh = SWEEPS_OF_A_REFRESH;
            types.refresh();
        }
        if (beat.says(Word.BLOCKED)) {
            lookAgainAtLimits();
        }
        if (mayJudgeOthers() && (refresh || unknown)) {
            int parked = nodes.tidy(settings.unknownTypeGrace());
            if (parked > 0) {
                LOG.warning("jobs of unknown types parked as failed", "jobs", parked);
            }
        }
    }

    /** At so many at once, and then at those behind them: what this node has not got round to yet is kept in memory. */
    private void lookAgainAtLimits() {
        if (wakeUp.releasedCount() < LimitedClaims.MOST_BLOCKING) {
            LimitedClaims.Blocking next = limits.blocking(lookedAtUpTo);
            lookedAtUpTo = next.last();
            wakeUp.released(next.limits());
        }
    }

    private void stop(List<Nodes.Claim> claims, StopReason reason) {
        running.live().stream()
                .filter(attempt -> claims.contains(claimOf(attempt)))
                .forEach(attempt -> attempt.stop(reason));
    }

    private static Nodes.Claim claimOf(Attempt attempt) {
        return new Nodes.Claim(attempt.holder().jobId(), attempt.holder().fencingToken());
    }
}
