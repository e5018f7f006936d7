package io.sluice.jobs.worker;

import io.sluice.jobs.queue.ClaimedJob;
import io.sluice.jobs.wakeup.News;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the queue of each type begins, as far as this node knows. While an old snapshot is held open somewhere, PostgreSQL
 * keeps every job that was taken in the index, and a look from the very beginning passes all of them. When looks have become
 * expensive, claims go on from where the last one ended, and look from the beginning often enough that whatever came in
 * before waits for a moment only, and seldom enough that such looks take a small part of the time. In a burst most looks
 * are for the types that had work a moment ago: to ask for dozens that have none costs more than to take a few jobs. Once a
 * look has left nothing behind and slots are free, looks are only for the types of which there is news. Used by one thread.
 */
final class Heads {
    private static final Duration CHEAP = Duration.ofMillis(10);
    private static final Duration CHEAP_PER_JOB = Duration.ofNanos(60_000);
    private static final int PART_OF_TIME = 20;
    private static final Duration OTHER_TYPES_WAIT = Duration.ofMillis(20);

    /** The last job of a type that was taken. */
    record Head(String rank, String id) {}

    private final Map<String, ClaimedJob> lastTaken = new HashMap<>();
    private long lookFromStartAt = System.nanoTime();
    private Set<String> typesWithWork = Set.of();
    private long lookEverywhereAt = System.nanoTime();

    /** Whether nothing is left behind but jobs of types of which there was news since. */
    private boolean settled;

    private News news = News.NONE;
    private long settledAt = System.nanoTime();

    /** From where the next look begins; null: from the very beginning. */
    @Nullable
    Head of(String type) {
        ClaimedJob last = lookFromStartDue() ? null : lastTaken.get(type);
        return last == null ? null : new Head(last.rank().toString(), last.id().toString());
    }

    boolean lookFromStartDue() {
        return System.nanoTime() - lookFromStartAt >= 0;
    }

    /** Of these types jobs may have come in. */
    void heard(News heard) {
        news = news.and(heard);
        settled &= !news.all();
    }

    /** Jobs of any type may be left behind: no slot is free, or it is not known what a look brought. */
    void leftBehind() {
        settled = false;
    }

    /** How long ago a look at all types left nothing behind. */
    Duration sinceSettled() {
        return Duration.ofNanos(System.nanoTime() - settledAt);
    }

    /** Whether the next look is for all types; otherwise for {@link #types}. */
    boolean lookEverywhereDue() {
        return !settled && System.nanoTime() - lookEverywhereAt >= 0;
    }

    /** Whether a look for {@link #types} leaves nothing behind. */
    boolean settled() {
        return settled;
    }

    Set<String> types() {
        return settled ? news.types() : typesWithWork;
    }

    /**
     * Learns from a look.
     *
     * @param fromStart whether it began at the very beginning
     * @param everywhere whether it was for all types
     * @param full whether it brought as many jobs as were asked for; otherwise nothing is left behind its end
     */
    void looked(boolean fromStart, boolean everywhere, boolean full, List<ClaimedJob> taken, Duration took) {
        if (everywhere || settled) {
            settled = !full && fromStart;
            news = News.NONE;
        }
        if (everywhere && settled) {
            settledAt = System.nanoTime();
        }
        if (!full) {
            lastTaken.clear();
            lookFromStartAt = System.nanoTime();
            lookEverywhereAt = System.nanoTime();
            return;
        }
        if (everywhere) {
            typesWithWork = taken.stream().map(ClaimedJob::type).collect(Collectors.toUnmodifiableSet());
            lookEverywhereAt = System.nanoTime() + OTHER_TYPES_WAIT.toNanos();
        }
        taken.forEach(job -> lastTaken.put(job.type(), job));
        Duration cheap = CHEAP.plus(CHEAP_PER_JOB.multipliedBy(taken.size()));
        if (fromStart && took.compareTo(cheap) > 0) {
            lookFromStartAt = System.nanoTime() + took.toNanos() * PART_OF_TIME;
        }
    }
}
