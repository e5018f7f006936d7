package io.sluice.notifications.email;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mail server that speaks TLS, from the first byte or when asked, and keeps what was said before and after. */
final class TlsMailServer implements AutoCloseable {
    private final SSLContext tls;
    private final boolean implicit;
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> clear = new CopyOnWriteArrayList<>();
    private final List<String> encrypted = new CopyOnWriteArrayList<>();

    TlsMailServer(SSLContext tls, boolean implicit) throws IOException {
        this.tls = tls;
        this.implicit = implicit;
        threads.submit(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Every line that anybody on the way could read. */
    List<String> inClear() {
        return List.copyOf(clear);
    }

    List<String> encrypted() {
        return List.copyOf(encrypted);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                threads.submit(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            if (implicit) {
                try (SSLSocket secure = secured(client)) {
                    say(secure, "220 tls");
                    converse(secure, encrypted);
                }
                return;
            }
            say(client, "220 plain");
            converse(client, clear);
        } catch (IOException gone) {
            // The other side hung up, as it should where it trusts nobody.
        }
    }

    private void converse(Socket client, List<String> heard) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        boolean data = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heard.add(line);
            String word = line.toUpperCase(Locale.ROOT);
            if (data) {
                data = !line.equals(".");
                if (!data) {
                    say(client, "250 taken");
                }
            } else if (word.startsWith("EHLO")) {
                say(client, heard == clear ? "250-hello\r\n250 STARTTLS" : "250-hello\r\n250 AUTH PLAIN");
            } else if (word.equals("STARTTLS")) {
                say(client, "220 go on");
                try (SSLSocket secure = secured(client)) {
                    converse(secure, encrypted);
                }
                return;
            } else if (word.startsWith("AUTH")) {
                say(client, "235 welcome");
            } else if (word.equals("DATA")) {
                data = true;
                say(client, "354 go on");
            } else {
                say(client, word.equals("QUIT") ? "221 bye" : "250 ok");
            }
        }
    }

    private SSLSocket secured(Socket client) throws IOException {
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(client, null, client.getPort(), true);
        secure.setUseClientMode(false);
        return secure;
    }

    private static void say(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }
}
