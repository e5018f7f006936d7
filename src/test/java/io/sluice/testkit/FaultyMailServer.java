package io.sluice.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A mail server that misbehaves as it is told, and keeps the text of every mail whose end it has read. */
public final class FaultyMailServer implements AutoCloseable {
    /** What it does. */
    public enum Fault {
        /** Takes every mail. */
        NONE,
        /** Refuses each recipient for good. */
        REFUSE,
        /** Reads the whole mail, then asks to try again later. */
        TRY_LATER,
        /** Closes the connection at once, as where nobody listens. */
        CLOSED,
        /** Accepts the connection and says nothing. */
        SILENT,
        /** Answers one byte a second, without ever ending a line. */
        DRIP,
        /** Reads the whole mail, then hangs up without a word. */
        HANG_UP,
        /** Reads the whole mail, then never answers. */
        NO_ANSWER,
        /** Takes the mail, then breaks the connection off before the other side has said goodbye. */
        NO_GOODBYE
    }

    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<String> mails = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> next = new ConcurrentLinkedQueue<>();
    private volatile Fault fault = Fault.NONE;

    public FaultyMailServer() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.submit(this::accept);
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** How it behaves from the next connection on. */
    public void behave(Fault always) {
        fault = always;
    }

    /** How it behaves in the next connections, one each; then it goes on as before. */
    public void behaveInTurn(List<Fault> faults) {
        next.addAll(faults);
    }

    /** Everything whose last line it has read, in that order, whether it was accepted or not. */
    public List<String> mails() {
        return List.copyOf(mails);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Fault turn = next.poll();
                Fault now = turn == null ? fault : turn;
                threads.submit(() -> serve(client, now));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client, Fault now) {
        try (client) {
            if (now == Fault.CLOSED) {
                return;
            }
            if (now == Fault.SILENT) {
                TimeUnit.MINUTES.sleep(10);
            }
            if (now == Fault.DRIP) {
                while (true) {
                    client.getOutputStream().write('2');
                    TimeUnit.SECONDS.sleep(1);
                }
            }
            converse(client, now);
        } catch (IOException gone) {
            // The other side hung up, as it should in some tests.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void converse(Socket client, Fault now) throws IOException, InterruptedException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        say(client, "220 faulty");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String word = line.toUpperCase(Locale.ROOT);
            if (word.startsWith("RCPT") && now == Fault.REFUSE) {
                say(client, "550 5.1.1 <" + line.substring(line.indexOf('<') + 1, line.indexOf('>')) + "> unknown");
            } else if (word.equals("DATA")) {
                say(client, "354 go on");
                mails.add(body(lines));
                if (now == Fault.HANG_UP) {
                    return;
                }
                if (now == Fault.NO_ANSWER) {
                    TimeUnit.MINUTES.sleep(10);
                }
                client.setSoLinger(now == Fault.NO_GOODBYE, 0);
                say(client, now == Fault.TRY_LATER ? "451 4.3.0 try again later" : "250 taken");
                if (now == Fault.NO_GOODBYE) {
                    return;
                }
            } else {
                say(client, word.equals("QUIT") ? "221 bye" : "250 ok");
            }
        }
    }

    private static String body(BufferedReader lines) throws IOException {
        StringBuilder body = new StringBuilder();
        for (String line = lines.readLine(); line != null && !line.equals("."); line = lines.readLine()) {
            body.append(line).append('\n');
        }
        return body.toString();
    }

    private static void say(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }
}
