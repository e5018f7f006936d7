package io.sluice.jobs;

import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Cluster.Member;
import io.sluice.testkit.SluiceServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node that is told to stop, and what it says of itself from before that moment until it is gone. */
final class Leaving implements AutoCloseable {
    private final Member node;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Long> gone;
    private final Thread asking;
    private volatile boolean closed;
    private volatile long signal = Long.MAX_VALUE;

    /** What {@code /health/ready} answered to a question, 0 for nothing; times in milliseconds of the epoch. */
    private record Seen(long askedAt, int status) {}

    private Leaving(Member node) {
        this.node = node;
        this.gone = node.server().process().onExit().thenApply(process -> System.currentTimeMillis());
        this.asking = new Thread(this::ask, "readiness");
        asking.setDaemon(true);
    }

    /** Returns once the node has said that it is ready. */
    static Leaving watch(Member node) {
        Leaving leaving = new Leaving(node);
        leaving.asking.start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> leaving.seen.stream().anyMatch(answer -> answer.status() == 200));
        return leaving;
    }

    private void ask() {
        while (node.lives() && !closed) {
            long at = System.currentTimeMillis();
            seen.add(new Seen(at, node.server().status("/health/ready")));
            SluiceServer.pause();
        }
    }

    void terminate() {
        signal = System.currentTimeMillis();
        node.server().terminate();
    }

    void awaitWord(int status) {
        await("the status " + status)
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> statuses(Duration.ZERO).contains(status));
    }

    /** What it said when it was asked later than so long after the signal. */
    List<Integer> statuses(Duration after) {
        return seen.stream()
                .filter(answer -> answer.askedAt() > moment(after))
                .map(Seen::status)
                .toList();
    }

    /** So long after the signal, in milliseconds of the epoch. */
    long moment(Duration after) {
        return signal + after.toMillis();
    }

    void awaitMoment(Duration after) {
        await().pollInterval(Duration.ofMillis(20)).until(() -> System.currentTimeMillis() >= moment(after));
    }

    /** How long after the signal the process ended. */
    Duration took() {
        return Duration.ofMillis(gone.join() - signal);
    }

    @Override
    public void close() {
        closed = true;
    }
}
