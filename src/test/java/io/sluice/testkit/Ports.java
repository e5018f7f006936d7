package io.sluice.testkit;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers of tests, below those that systems give to whoever connects: between the choice of such a port and
 * the start of its server any connection of any process could take it, even one that tries whether the server is there.
 */
final class Ports {
    private static final int EACH = 6_000;

    /** Two JVMs that run tests side by side choose from ranges of their own. */
    private static final int FIRST = 20_000 + (TestFolder.FORK - 1) % 2 * EACH;

    private static final int END = FIRST + EACH;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST, END - 2_000));

    private Ports() {}

    /** A port that nobody uses, another one each time. */
    static int free() {
        for (int port = NEXT.getAndIncrement(); port < END; port = NEXT.getAndIncrement()) {
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one.
            }
        }
        throw new IllegalStateException("No port below " + END + " is free.");
    }
}
