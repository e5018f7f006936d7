package io.sluice.admin.events;

import io.sluice.access.Tokens;
import io.sluice.database.Notifications;
import io.sluice.events.EventFeed;
import io.sluice.events.EventFeed.Placed;
import io.sluice.events.EventsSettings;
import io.sluice.events.StreamTotals;
import io.sluice.jobs.WorkerStatus;
import io.sluice.logging.EventLog;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Feeds all streams of this node with one thread, which lives while there are streams: it looks for events once a second,
 * and at once when PostgreSQL says that there are some.
 */
@ApplicationScoped
public class EventStreams {
    private static final EventLog LOG = EventLog.of(EventStreams.class);
    private static final int PAGE = 500;
    private static final long LOOK_EVERY_MS = 1_000;
    private static final long BEHIND_MS = 100;
    private static final long REST_MS = 20;
    private static final long STALLED_HEARTBEATS = 4;
    private static final Duration TOKENS_EVERY = Duration.ofMillis(1_500);

    @Inject
    EventFeed feed;

    @Inject
    Notifications notifications;

    @Inject
    Tokens tokens;

    @Inject
    WorkerStatus worker;

    @Inject
    EventsSettings settings;

    @Inject
    StreamTotals totals;

    @Inject
    FollowedJobs followed;

    @Resource
    ManagedExecutorService executor;

    private final Collection<EventStream> streams = new CopyOnWriteArrayList<>();
    private final Semaphore news = new Semaphore(0);
    private volatile boolean running;
    private volatile boolean goingDown;

    /** How often this node has begun to have streams. */
    private volatile int generation;

    private volatile boolean failing;

    // Of the feeding thread.
    private long position;
    private boolean caughtUp;
    private long tokensCheckedAt;

    /** Whether new streams are taken: not on a node that is going down. */
    boolean open() {
        return !goingDown && !worker.draining();
    }

    /** Serves one more stream; it has taken its place in the totals. */
    synchronized void add(EventStream stream) {
        streams.add(stream);
        if (!running) {
            running = true;
            executor.execute(this::feed);
            int mine = ++generation;
            executor.execute(() -> listen(mine));
        }
        news.release();
    }

    @PreDestroy
    void close() {
        goingDown = true;
        news.release();
        streams.forEach(EventStream::cut);
    }

    private void feed() {
        caughtUp = false;
        while (goesOn()) {
            try {
                round();
                failing = false;
            } catch (RuntimeException databaseIsAway) {
                if (!failing) {
                    LOG.warning("event streams cannot be fed", "error", databaseIsAway);
                }
                failing = true;
            }
            await();
        }
    }

    /** False when the last stream has ended: then the thread ends too. */
    private synchronized boolean goesOn() {
        if (!open()) {
            streams.forEach(EventStream::end);
        }
        for (EventStream stream : List.copyOf(streams)) {
            if (stream.over() || goingDown) {
                streams.remove(stream);
                totals.giveBack();
                if (stream.wasCutOff()) {
                    totals.readerDropped();
                    LOG.info("event stream ended, its reader took nothing", "token", stream.tokenId());
                }
            }
        }
        running = !streams.isEmpty();
        return running;
    }

    private void round() {
        List<EventStream> present = new ArrayList<>(streams);
        checkTokens(present);
        if (!caughtUp) {
            numberWhatWasBefore();
        }
        present.forEach(EventStream::tellWhatIsMissing);
        if (caughtUp) {
            present.stream().filter(stream -> !stream.begun()).forEach(stream -> stream.begin(position));
        }
        followed.look(present);
        if (caughtUp && feed.hasNews(position)) {
            passOn(present);
        }
        for (EventStream stream : present) {
            catchUp(stream);
            if (stream.silentFor(settings.heartbeat().toNanos())) {
                stream.heartbeat();
            }
            stream.cutOffIfStalledFor(STALLED_HEARTBEATS * settings.heartbeat().toNanos());
        }
    }

    private void passOn(List<EventStream> present) {
        boolean more;
        do {
            more = feed.number();
            List<Placed> page = feed.after(position, PAGE);
            if (page.isEmpty()) {
                continue;
            }
            for (EventStream stream : present) {
                if (stream.position() == position) {
                    stream.take(page);
                }
            }
            position = page.get(page.size() - 1).position();
            more |= page.size() == PAGE;
        } while (more && !goingDown);
    }

    /**
     * Reads one page for a stream that came back with an earlier position, or fell behind, if its reader takes it: it may
     * have all that is kept to read, and the others must not wait for that.
     */
    private void catchUp(EventStream stream) {
        if (isBehind(stream) && stream.hasRoom()) {
            List<Placed> page = feed.after(stream.position(), PAGE).stream()
                    .filter(each -> each.position() <= position)
                    .toList();
            if (page.isEmpty()) {
                stream.skipTo(position);
            }
            stream.take(page);
        }
    }

    private boolean isBehind(EventStream stream) {
        return stream.begun() && stream.position() < position && !stream.over();
    }

    /**
     * Numbers what was committed while nobody listened, a part of it in each round: after a long time it is much, and
     * streams want heartbeats meanwhile. Those that begin now begin behind it.
     */
    private void numberWhatWasBefore() {
        boolean more = feed.number();
        position = feed.end();
        caughtUp = !more;
    }

    private void checkTokens(List<EventStream> present) {
        if (System.nanoTime() - tokensCheckedAt < TOKENS_EVERY.toNanos()) {
            return;
        }
        Set<String> good =
                tokens.stillGood(present.stream().map(EventStream::tokenId).collect(Collectors.toSet()));
        present.stream().filter(stream -> !good.contains(stream.tokenId())).forEach(EventStream::end);
        tokensCheckedAt = System.nanoTime();
    }

    private void await() {
        try {
            // A burst of commits is one round.
            TimeUnit.MILLISECONDS.sleep(REST_MS);
            if (news.tryAcquire(longestRest(), TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException stopping) {
            goingDown = true;
            Thread.currentThread().interrupt();
        }
    }

    private long longestRest() {
        if (!caughtUp && !failing) {
            return 0;
        }
        List<EventStream> behind = streams.stream().filter(this::isBehind).toList();
        if (behind.isEmpty()) {
            return LOOK_EVERY_MS;
        }
        return behind.stream().anyMatch(EventStream::hasRoom) ? 0 : BEHIND_MS;
    }

    private boolean listens(int mine) {
        return running && generation == mine && !goingDown;
    }

    /** @param mine of the streams that it listens for: once these have ended, others have a listener of their own */
    private void listen(int mine) {
        while (listens(mine)) {
            try {
                notifications.listen(EventFeed.CHANNEL, () -> listens(mine), said -> news.release());
            } catch (RuntimeException lost) {
                try {
                    TimeUnit.SECONDS.sleep(1);
                } catch (InterruptedException stopping) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
