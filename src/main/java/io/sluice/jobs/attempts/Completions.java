package io.sluice.jobs.attempts;

import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.Attempts.Completion;
import io.sluice.logging.LogMembers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stores the good ends of attempts, as many in one statement as have come since the last one: alone a job waits for
 * nobody, in a burst a thousand share one commit. An attempt keeps its slot until its end is stored, so that no more jobs
 * are at risk than the node has slots.
 */
@ApplicationScoped
public class Completions {
    private static final int MOST = 1_000;
    private static final int MOST_CHARACTERS = 4_000_000;

    @Inject
    Attempts attempts;

    @Inject
    AttemptRecorder recorder;

    @Inject
    WorkerFigures figures;

    @Inject
    RunningAttempts running;

    private final BlockingQueue<Ended> waiting = new LinkedBlockingQueue<>();

    /** What is being stored; kept over a round that fails, so that the next one tries again. */
    private final List<Ended> batch = new ArrayList<>();

    private record Ended(Attempt attempt, String result) {}

    /** Takes over the end of an attempt and the duty to free its slot. */
    void add(Attempt attempt, String result) {
        waiting.add(new Ended(attempt, result));
    }

    /**
     * Stores what is waiting; waits up to a second for the first. Called by one thread, again and again, also after a
     * failure.
     */
    public void round() throws InterruptedException {
        if (batch.isEmpty()) {
            fill();
        }
        drop(batch.stream().filter(each -> each.attempt().isLost()).toList());
        if (batch.isEmpty()) {
            return;
        }
        Set<UUID> stored;
        try {
            stored = attempts.completeAll(batch.stream()
                    .map(each -> new Completion(each.attempt().holder(), each.result()))
                    .toList());
        } catch (RuntimeException failure) {
            if (!AttemptRecorder.isRefused(failure)) {
                throw failure;
            }
            storeOneByOne();
            return;
        }
        batch.stream()
                .filter(each -> stored.contains(each.attempt().job().id()))
                .forEach(each -> figures.ended(each.attempt(), "completed"));
        drop(batch.stream()
                .filter(each -> !stored.contains(each.attempt().job().id()))
                .toList());
        free();
    }

    private void fill() throws InterruptedException {
        int characters = 0;
        @Nullable Ended next = waiting.poll(1, TimeUnit.SECONDS);
        while (next != null) {
            batch.add(next);
            characters += next.result().length();
            next = batch.size() < MOST && characters < MOST_CHARACTERS ? waiting.poll() : null;
        }
    }

    /** The jobs were taken away meanwhile: their ends are dropped. */
    private void drop(List<Ended> stale) {
        for (Ended each : stale) {
            LogMembers.set("job_id", each.attempt().job().id().toString());
            LogMembers.set("job_type", each.attempt().job().type());
            recorder.stale(each.attempt());
            LogMembers.set("job_id", null);
            LogMembers.set("job_type", null);
            batch.remove(each);
            running.remove(each.attempt());
        }
    }

    /** The database refuses one of them for good: the others shall not share its fate. */
    private void storeOneByOne() {
        for (Ended each : batch) {
            recorder.record(
                    each.attempt(),
                    "completed",
                    () -> attempts.complete(each.attempt().holder(), each.result()));
        }
        free();
    }

    private void free() {
        running.removeAll(batch.stream().map(Ended::attempt).toList());
        batch.clear();
    }
}
