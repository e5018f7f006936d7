package io.sluice.jobs.worker;

import io.sluice.jobs.attempts.RunningAttempts;
import io.sluice.jobs.queue.ClaimedJob;
import io.sluice.jobs.queue.LimitedClaims;
import io.sluice.jobs.wakeup.WakeUp;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Fills free slots with jobs that share limits, and passes on what came of it. Used by the claiming thread. */
@ApplicationScoped
class LimitedWork {
    private static final Duration ANOTHER_LOOK = Duration.ofMillis(20);

    /** How many limits one look judges: up to fifty jobs are read for each, while no other node can judge any. */
    private static final int MOST_LIMITS = 200;

    @Inject
    RunningAttempts running;

    @Inject
    WakeUp wakeUp;

    @Inject
    LimitedClaims limits;

    /** Whether another look may find more. */
    boolean claim(UUID node, Room room, Consumer<ClaimedJob> begin) {
        Set<String> released = wakeUp.takeReleased(MOST_LIMITS);
        if (released.isEmpty() && !room.any()) {
            return false;
        }
        LimitedClaims.Taken taken = judged(node, room, released);
        taken.jobs().forEach(begin);
        if (!taken.judged()) {
            wakeUp.released(released);
            wakeUp.workIn(ANOTHER_LOOK);
            return false;
        }
        wakeUp.released(taken.again());
        if (taken.nextToken() != null) {
            wakeUp.workIn(taken.nextToken());
        }
        if (taken.forOthers()) {
            wakeUp.limitedWorkCommitted();
        }
        return taken.more();
    }

    /** A look that fails must not forget what it was told. */
    private LimitedClaims.Taken judged(UUID node, Room room, Set<String> released) {
        try {
            return limits.claim(node, room.types(), running.busyJobs(), room.slots(), released);
        } catch (RuntimeException failure) {
            wakeUp.released(released);
            throw failure;
        }
    }
}
