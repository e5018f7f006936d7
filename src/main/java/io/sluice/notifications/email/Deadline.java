package io.sluice.notifications.email;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the sockets of one mail and can close them from another thread. Timeouts of single reads don't bound a server
 * that answers one byte at a time, and no interrupt ends a read: closing the socket does.
 */
final class Deadline extends SocketFactory {
    private final @Nullable SSLSocketFactory tls;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    /** @param tls begins TLS with the first byte, and the certificate must fit the host's name; null: it does not begin */
    Deadline(@Nullable SSLSocketFactory tls) {
        this.tls = tls;
    }

    /** Ends whatever waits for the other side. */
    void end() {
        over = true;
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException alreadyBroken) {
                // Then nobody waits for it any more.
            }
        }
    }

    /** Whether the time was up. */
    boolean isOver() {
        return over;
    }

    @Override
    public Socket createSocket() throws IOException {
        if (tls == null) {
            return watched(new Socket());
        }
        SSLSocket socket = (SSLSocket) tls.createSocket();
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return watched(socket);
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("Sockets are connected by their user.");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("Sockets are connected by their user.");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("Sockets are connected by their user.");
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException("Sockets are connected by their user.");
    }

    private Socket watched(Socket socket) {
        sockets.add(socket);
        return socket;
    }
}
