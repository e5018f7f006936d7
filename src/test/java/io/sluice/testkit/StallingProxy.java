package io.sluice.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a node and its PostgreSQL, and can do to connections what a network does that lost them: nothing comes
 * through any more, and nobody is told.
 */
public final class StallingProxy implements AutoCloseable {
    private final ServerSocket door;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    /** Two sockets and whether they still know of each other. */
    private static final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean deaf;
        private volatile boolean mute;

        private Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }
    }

    private StallingProxy(ServerSocket door, int target) {
        this.door = door;
        this.target = target;
    }

    /** A proxy of a port on loopback, open until it is closed. */
    public static StallingProxy to(int port) {
        try {
            StallingProxy proxy = new StallingProxy(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), port);
            daemon(proxy::serve);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return door.getLocalPort();
    }

    /** Nothing passes any more on the connections that are open now, not even their end; new ones are as good as ever. */
    public void stall() {
        links.forEach(link -> {
            link.deaf = true;
            link.mute = true;
        });
    }

    /** The same, but what the node says still arrives: only the answers are lost. */
    public void loseAnswers() {
        links.forEach(link -> link.mute = true);
    }

    /** The network is back, and doesn't know the connections that were lost: both sides hear so. */
    public void reset() {
        links.stream().filter(link -> link.mute).forEach(this::end);
    }

    private void serve() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                daemon(() -> link(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void link(Socket client) {
        try {
            Socket server = new Socket();
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Link link = new Link(client, server);
            links.add(link);
            daemon(() -> pump(link, true));
            pump(link, false);
        } catch (IOException away) {
            close(client);
        }
    }

    private void pump(Link link, boolean answers) {
        byte[] buffer = new byte[65_536];
        Socket from = answers ? link.server : link.client;
        Socket to = answers ? link.client : link.server;
        try {
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                if (!(answers ? link.mute : link.deaf)) {
                    to.getOutputStream().write(buffer, 0, read);
                }
            }
        } catch (IOException broken) {
            // Ends like an orderly end.
        }
        if (!link.mute && !link.deaf) {
            end(link);
        }
    }

    private void end(Link link) {
        links.remove(link);
        close(link.client);
        close(link.server);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "stalling-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // Gone is gone.
        }
    }

    @Override
    public void close() {
        close(door);
        links.forEach(this::end);
    }
}
