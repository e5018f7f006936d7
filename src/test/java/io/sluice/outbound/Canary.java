package io.sluice.outbound;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens on every loopback address, answers 200, and counts who came. */
final class Canary implements AutoCloseable {
    private final ServerSocket socket;
    private final AtomicInteger visits = new AtomicInteger();

    Canary() {
        try {
            socket = new ServerSocket(0, 200, InetAddress.getByName("::"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::accept, "canary");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    int visits() {
        return visits.get();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try (Socket visitor = socket.accept()) {
                visits.incrementAndGet();
                visitor.setSoTimeout(2000);
                visitor.getInputStream().read(new byte[4096]);
                visitor.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                // The visitor left, or the canary was closed.
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
