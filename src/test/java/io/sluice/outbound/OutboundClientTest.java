package io.sluice.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import io.sluice.outbound.OutboundAnswer.Failure;
import io.sluice.testkit.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the wire, and what a receiver can do to us. */
@Timeout(60)
class OutboundClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private final Calls calls = new Calls(LIMIT, Set.of(443), "127.0.0.1");

    @Test
    void redirectsAreAnswersAndNotFollowed() throws Exception {
        try (Canary canary = new Canary()) {
            for (int status : new int[] {301, 302, 303, 307, 308}) {
                HttpServer server = serving(exchange -> {
                    exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + canary.port() + "/");
                    exchange.sendResponseHeaders(status, -1);
                });
                assertThat(calls.post(url(server)).status()).isEqualTo(status);
                server.stop(0);
            }
            assertThat(canary.visits()).isZero();
        }
    }

    @Test
    void sendsItsHeadersAndNothingOfItsOwnAndReadsTheAnswer() throws Exception {
        AtomicReference<Map<String, ?>> seen = new AtomicReference<>();
        HttpServer server = serving(exchange -> {
            seen.set(Map.copyOf(exchange.getRequestHeaders()));
            exchange.getResponseHeaders().set("Retry-After", " 17 ");
            exchange.getResponseHeaders().set("Set-Cookie", "a=b");
            byte[] body = "no\u0000t\r\n yet".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(503, body.length);
            exchange.getResponseBody().write(body);
        });
        calls.post(url(server));
        OutboundAnswer answer = calls.post(url(server));
        server.stop(0);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.retryAfter()).isEqualTo("17");
        assertThat(answer.excerpt()).isEqualTo("no t  yet");
        assertThat(seen.get()).containsOnlyKeys("Content-length", "Content-type", "Host", "Connection", "X-test");
    }

    @Test
    void noPathNamesAnotherHost() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        HttpServer server = serving(exchange -> {
            seen.set(exchange.getRequestHeaders().getFirst("Host") + " " + exchange.getRequestURI());
            exchange.sendResponseHeaders(204, -1);
        });
        String host = "127.0.0.1:" + server.getAddress().getPort();
        for (String path : new String[] {"//other.test/x", "//other.test:81/x?y", "///x", "//u:p@h/x", "/a//b?c"}) {
            seen.set("nothing");
            assertThat(calls.post("http://" + host + path).status()).as(path).isEqualTo(204);
            assertThat(seen.get()).isEqualTo(host + " " + path);
        }
        assertThat(calls.post("http://" + host + "//").status())
                .as("what this server says of it")
                .isEqualTo(400);
        server.stop(0);
    }

    @Test
    void connectsUnderTheHostsNameAndBelievesOnlyItsCertificate(@TempDir Path folder) throws Exception {
        AtomicReference<String> asked = new AtomicReference<>();
        KeyStore keys = Certificates.forName("hooks.test", folder);
        SSLContext serverSide = SSLContexts.custom()
                .loadKeyMaterial(keys, "changeit".toCharArray())
                .build();
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(serverSide));
        server.createContext("/", exchange -> {
            ExtendedSSLSession session = (ExtendedSSLSession) ((HttpsExchange) exchange).getSSLSession();
            asked.set(session.getRequestedServerNames() + " "
                    + exchange.getRequestHeaders().getFirst("Host"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        int port = server.getAddress().getPort();
        Calls named = new Calls(Duration.ofSeconds(10), Set.of(443), "hooks.test", "other.test");
        named.name("hooks.test", "127.0.0.1");
        named.name("other.test", "127.0.0.1");
        assertThat(named.post("https://hooks.test:" + port + "/").failure()).isEqualTo(Failure.TLS_FAILED);
        named.client().tls = SSLContexts.custom().loadTrustMaterial(keys, null).build();
        assertThat(named.post("https://hooks.test:" + port + "/").status()).isEqualTo(204);
        assertThat(asked.get()).contains("hooks.test").endsWith(" hooks.test:" + port);
        assertThat(named.post("https://other.test:" + port + "/").failure()).isEqualTo(Failure.TLS_FAILED);
        server.stop(0);
    }

    @Test
    void readsTheBeginningOfAnEndlessBodyOnly() throws Exception {
        AnswerBytes endless = out -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("400\r\n" + "x".repeat(1024) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(chunk);
            }
        };
        OutboundAnswer answer = raw(endless);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.excerpt()).hasSize(1024);
        assertThat(answer.duration()).isLessThan(LIMIT);
    }

    @Test
    void givesUpOnHeadersWithoutEnd() throws Exception {
        OutboundAnswer many = raw(out -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write("X-More: yes\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        });
        assertThat(many.failure()).isEqualTo(Failure.ANSWER_BROKEN);
        OutboundAnswer longOne = raw(out -> {
            out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write("yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy".getBytes(StandardCharsets.US_ASCII));
            }
        });
        assertThat(longOne.failure()).isEqualTo(Failure.ANSWER_BROKEN);
    }

    @Test
    void givesUpOnAnAnswerThatDripsForEver() throws Exception {
        OutboundAnswer answer = raw(out -> {
            for (byte each : "HTTP/1.1 200 OK and so on and on and on and on and on and on"
                    .getBytes(StandardCharsets.US_ASCII)) {
                out.write(each);
                out.flush();
                pause();
            }
        });
        assertThat(answer.failure()).isEqualTo(Failure.TIMED_OUT);
        assertThat(answer.duration()).isBetween(LIMIT.minusMillis(100), LIMIT.plusSeconds(3));
    }

    @Test
    void saysWhyThereIsNoAnswer() throws Exception {
        assertThat(raw(out -> out.write("what?\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                        .failure())
                .isEqualTo(Failure.ANSWER_BROKEN);
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        assertThat(calls.post("http://127.0.0.1:" + closed + "/").failure()).isEqualTo(Failure.CONNECTION_FAILED);
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            OutboundAnswer answer = calls.post("http://127.0.0.1:" + silent.getLocalPort() + "/");
            assertThat(answer.failure()).isEqualTo(Failure.TIMED_OUT);
            assertThat(answer.status()).isNull();
        }
    }

    /** Writes an answer, for as long as the caller reads. */
    private interface AnswerBytes {
        void to(OutputStream out) throws IOException;
    }

    private OutboundAnswer raw(AnswerBytes answer) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (Socket caller = socket.accept()) {
                    InputStream in = caller.getInputStream();
                    in.read(new byte[4096]);
                    answer.to(caller.getOutputStream());
                } catch (IOException gone) {
                    // The caller has read enough.
                }
            });
            thread.setDaemon(true);
            thread.start();
            return calls.post("http://127.0.0.1:" + socket.getLocalPort() + "/");
        }
    }

    private interface Exchange {
        void handle(HttpExchange exchange) throws IOException;
    }

    private static HttpServer serving(Exchange handler) throws IOException {
        HttpServer server = HttpServer.create(loopback(), 0);
        server.createContext("/", exchange -> {
            handler.handle(exchange);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
