package io.sluice.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;

/** A collector of traces on loopback, which takes what the official exporter sends: OTLP over HTTP as protobuf. */
public final class TraceReceiver implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();

    private TraceReceiver(HttpServer server) {
        this.server = server;
    }

    public static TraceReceiver start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
            TraceReceiver receiver = new TraceReceiver(server);
            server.createContext("/v1/traces", receiver::receive);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a node send its traces here. */
    public SluiceServer.Builder heardBy(SluiceServer.Builder node) {
        return node.environment("OTEL_SDK_DISABLED", "false")
                .environment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .environment(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + server.getAddress().getPort())
                .environment("OTEL_BSP_SCHEDULE_DELAY", "100");
    }

    /** Waits until so many spans that fit have come, and returns them in the order of their beginnings. */
    public List<Span> await(int count, Predicate<Span> wanted) {
        return Awaitility.await().atMost(PATIENCE).until(() -> spans(wanted), found -> found.size() >= count);
    }

    public Span await(Predicate<Span> wanted) {
        return await(1, wanted).get(0);
    }

    /** Those that came so far, in the order of their beginnings. */
    public List<Span> spans(Predicate<Span> wanted) {
        return spans.stream()
                .filter(wanted)
                .sorted((a, b) -> Long.compare(a.getStartTimeUnixNano(), b.getStartTimeUnixNano()))
                .toList();
    }

    public static String traceOf(Span span) {
        return hex(span.getTraceId().toByteArray());
    }

    public static String idOf(Span span) {
        return hex(span.getSpanId().toByteArray());
    }

    public static String parentOf(Span span) {
        return hex(span.getParentSpanId().toByteArray());
    }

    /** Trace and span of each link, as a traceparent has them between its first and its last dash. */
    public static List<String> linksOf(Span span) {
        return span.getLinksList().stream()
                .map(link -> hex(link.getTraceId().toByteArray()) + "-"
                        + hex(link.getSpanId().toByteArray()))
                .toList();
    }

    /** As text, whatever they are. */
    public static Map<String, String> attributesOf(Span span) {
        Map<String, String> attributes = new TreeMap<>();
        for (KeyValue each : span.getAttributesList()) {
            attributes.put(each.getKey(), text(each.getValue()));
        }
        return attributes;
    }

    private static String text(AnyValue value) {
        return value.hasIntValue() ? String.valueOf(value.getIntValue()) : value.getStringValue();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            InputStream body =
                    new ByteArrayInputStream(exchange.getRequestBody().readAllBytes());
            boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            ExportTraceServiceRequest.parseFrom(zipped ? new GZIPInputStream(body) : body)
                    .getResourceSpansList()
                    .forEach(resource ->
                            resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList())));
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
