package io.sluice.admin.events;

import io.sluice.events.EventFeed.Placed;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * One connection that is held open. Takes text from the one thread that feeds all of them and never makes it wait: what
 * the reader has not taken yet is kept here up to a bound, then the stream falls behind; a reader who takes nothing at all
 * for some time is cut off. He connects again where he was.
 */
final class EventStream implements WriteListener, AsyncListener {
    private static final int MOST_WAITING_BYTES = 256 * 1024;

    private final AsyncContext connection;
    private final ServletOutputStream out;
    private final StreamFilter filter;
    private final String tokenId;
    private final long removed;
    private final Map<UUID, JobChangeJson> said = new HashMap<>();
    private final Deque<byte[]> waiting = new ArrayDeque<>();

    private int waitingBytes;
    private boolean ended;
    private boolean finished;
    private boolean cutOff;
    private long wroteAt = System.nanoTime();
    private long tookAt = System.nanoTime();

    /** Of the one feeding thread. Negative: wherever the others are. */
    private long position;

    /** @param removed up to here events are not kept any more */
    EventStream(AsyncContext connection, StreamFilter filter, String tokenId, long position, long removed)
            throws IOException {
        this.connection = connection;
        this.out = connection.getResponse().getOutputStream();
        this.filter = filter;
        this.tokenId = tokenId;
        this.position = position;
        this.removed = removed;
    }

    /** Begins to write whenever the connection takes something. */
    void open() {
        connection.setTimeout(0);
        connection.addListener(this);
        out.setWriteListener(this);
    }

    String tokenId() {
        return tokenId;
    }

    long position() {
        return position;
    }

    /** Whether it has a place in the order of events. */
    boolean begun() {
        return position >= 0;
    }

    /** Says where it begins, before its first event, so that even a reader who has seen none can come back. */
    void begin(long at) {
        position = at;
        write("retry: 2000\nid: " + at + "\n\n");
    }

    /** Says so if events that it was to go on with are not kept any more. */
    void tellWhatIsMissing() {
        if (begun() && position < removed) {
            write("retry: 2000\nid: " + removed + "\nevent: events.missed\ndata: {\"after\":" + position
                    + ",\"before\":" + (removed + 1) + "}\n\n");
            position = removed;
        }
    }

    /** Passes on those of these events, which follow on its position, that its reader wants, as far as there is room. */
    void take(List<Placed> events) {
        for (Placed each : events) {
            if (!hasRoom()) {
                return;
            }
            if (filter.lets(each.event())) {
                write("id: " + each.position() + "\nevent: " + each.event().type() + "\ndata: "
                        + EventJson.of(each.event()).text() + "\n\n");
            }
            position = each.position();
        }
    }

    Set<UUID> followed() {
        return filter.jobs();
    }

    /** Passes on how a job is that it follows, unless it was so before. Has no place in the order of events. */
    void take(JobChangeJson now) {
        if (hasRoom() && !now.equals(said.put(now.id(), now))) {
            write("event: job.changed\ndata: " + now.text() + "\n\n");
        }
    }

    /** There is nothing up to here. */
    void skipTo(long end) {
        position = end;
    }

    synchronized boolean hasRoom() {
        return waitingBytes < MOST_WAITING_BYTES;
    }

    /** Whether nothing has been written for so long, nor waits to be. */
    synchronized boolean silentFor(long nanos) {
        return waiting.isEmpty() && System.nanoTime() - wroteAt >= nanos;
    }

    /** Ends it if its reader has taken nothing of what waits for so long. */
    synchronized void cutOffIfStalledFor(long nanos) {
        if (!finished && !waiting.isEmpty() && System.nanoTime() - tookAt >= nanos) {
            cutOff = true;
            cut();
        }
    }

    /** A comment, which readers ignore; carries the position on, so that nobody reads filtered events twice. */
    void heartbeat() {
        write(begun() ? ": alive\nid: " + position + "\n\n" : ": alive\n\n");
    }

    synchronized boolean over() {
        return finished || (ended && waiting.isEmpty());
    }

    synchronized boolean wasCutOff() {
        return cutOff;
    }

    /** Ends it after what is waiting. */
    synchronized void end() {
        ended = true;
        flush();
    }

    /** Ends it now. */
    synchronized void cut() {
        waiting.clear();
        waitingBytes = 0;
        ended = true;
        finish();
    }

    private synchronized void write(String text) {
        if (ended) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (waiting.isEmpty()) {
            tookAt = System.nanoTime();
        }
        waiting.add(bytes);
        waitingBytes += bytes.length;
        wroteAt = System.nanoTime();
        flush();
    }

    private synchronized void flush() {
        if (finished) {
            return;
        }
        try {
            while (!waiting.isEmpty() && out.isReady()) {
                byte[] next = waiting.remove();
                waitingBytes -= next.length;
                out.write(next);
                tookAt = System.nanoTime();
            }
            if (waiting.isEmpty() && out.isReady()) {
                out.flush();
                if (ended) {
                    finish();
                }
            }
        } catch (IOException | IllegalStateException readerIsGone) {
            cut();
        }
    }

    private synchronized void finish() {
        if (!finished) {
            finished = true;
            try {
                connection.complete();
            } catch (IllegalStateException over) {
                // The server has ended it itself.
            }
        }
    }

    @Override
    public void onWritePossible() {
        flush();
    }

    @Override
    public void onError(Throwable readerIsGone) {
        cut();
    }

    @Override
    public synchronized void onComplete(AsyncEvent event) {
        ended = true;
        finished = true;
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        cut();
    }

    @Override
    public void onError(AsyncEvent event) {
        cut();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Started once, before this listener was added.
    }
}
