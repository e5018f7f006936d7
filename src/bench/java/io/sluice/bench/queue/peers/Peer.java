package io.sluice.bench.queue.peers;

/** One JVM peer at its best settings. Lives in a process of its own, see {@link PeerProcess}. */
interface Peer {
    void enqueue(int from, int to) throws Exception;

    void start() throws Exception;

    void stop() throws Exception;
}
