package io.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * A receiver of webhooks on loopback: records every request, answers as a test says, and verifies messages with the
 * official Standard Webhooks library.
 */
public final class WebhookReceiver implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Answering answering = exchange -> reply(exchange, 200, "ok");

    /** What a receiver does with a request whose body has been read. */
    public interface Answering {
        void answer(HttpExchange exchange) throws IOException;
    }

    /** One request as it came. Header names are in lower case. */
    public record Message(String path, Map<String, List<String>> headers, String body, long arrivedAt) {
        /** The first value of a header, empty when it is missing. */
        public String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }

        /** The id that stays the same over all tries. */
        public String id() {
            return header("webhook-id");
        }

        public JsonNode json() {
            try {
                return MAPPER.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public String type() {
            return json().path("type").asText();
        }

        public JsonNode data() {
            return json().path("data");
        }

        /** Whether the official library accepts the message under the secret. */
        public boolean isSignedWith(String secret) {
            try {
                new Webhook(secret).verify(body, headers);
                return true;
            } catch (WebhookVerificationException refused) {
                return false;
            }
        }
    }

    private WebhookReceiver(HttpServer server) {
        this.server = server;
    }

    public static WebhookReceiver start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 500);
            WebhookReceiver receiver = new WebhookReceiver(server);
            server.setExecutor(receiver.threads);
            server.createContext("/", receiver::receive);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return url("/hook");
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** From now on every request is answered with this status. */
    public WebhookReceiver answer(int status, String... headers) {
        return answer(exchange -> {
            for (int i = 0; i + 1 < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            reply(exchange, status, "status " + status);
        });
    }

    public WebhookReceiver answer(Answering way) {
        answering = way;
        return this;
    }

    /** From now on no request is answered until the receiver is closed. */
    public WebhookReceiver hang() {
        return answer(exchange -> awaitClose());
    }

    /** Everything that came so far, oldest first. */
    public List<Message> messages() {
        return List.copyOf(messages);
    }

    public List<Message> messages(String type) {
        return messages.stream().filter(message -> message.type().equals(type)).toList();
    }

    /** Waits for the first message that fits. */
    public Message await(Predicate<Message> wanted) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> messages.stream().filter(wanted).findFirst(), java.util.Optional::isPresent)
                .orElseThrow();
    }

    /** Waits for the first message of a type and makes sure that the official library accepts it. */
    public Message awaitVerified(String type, String secret) {
        return awaitVerified(secret, message -> message.type().equals(type));
    }

    /** Waits for the first message that fits and makes sure that the official library accepts it. */
    public Message awaitVerified(String secret, Predicate<Message> wanted) {
        Message message = await(wanted);
        if (!message.isSignedWith(secret)) {
            throw new AssertionError("The signature is refused: " + message);
        }
        return message;
    }

    /** Waits until so many messages have come. */
    public List<Message> awaitCount(int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> messages.size() >= count);
        return messages();
    }

    public static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, status == 204 || status == 304 ? -1 : bytes.length);
        if (status != 204 && status != 304) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Map<String, List<String>> headers = new TreeMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(), List.copyOf(values)));
            messages.add(new Message(exchange.getRequestURI().toString(), headers, body, System.nanoTime()));
            answering.answer(exchange);
        }
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
