package io.sluice.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.sluice.logging.LogMembers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Traces of this node. While tracing is off, the server's instrumentation may make spans nevertheless, which go nowhere:
 * they are not looked at.
 */
@ApplicationScoped
public class Tracing {
    private static final String TRACEPARENT = "traceparent";

    private static final TextMapGetter<String> ONLY_TRACEPARENT = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String traceparent) {
            return List.of(TRACEPARENT);
        }

        @Override
        public @Nullable String get(@Nullable String traceparent, String key) {
            return key.equals(TRACEPARENT) ? traceparent : null;
        }
    };

    @Inject
    TracingSettings settings;

    @Inject
    Instance<OpenTelemetry> server;

    private boolean on;
    private @Nullable Tracer tracer;

    void begin(@Observes @Initialized(ApplicationScoped.class) Object started) {
        if (settings.on()) {
            tracer = server.get().getTracer("io.sluice");
            on = true;
            LogMembers.addToEachLine(Tracing::logIds);
        }
    }

    public boolean isOn() {
        return on;
    }

    /** What spans are started with; only while tracing is on. */
    public Tracer tracer() {
        return Objects.requireNonNull(tracer, "Tracing is off.");
    }

    /** The span that is active on this thread, as a W3C traceparent; null: none is, or tracing is off. */
    public @Nullable String current() {
        if (!on || !Span.current().getSpanContext().isValid()) {
            return null;
        }
        Map<String, String> carrier = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(Context.current(), carrier, Map::put);
        return carrier.get(TRACEPARENT);
    }

    /** The span that a W3C traceparent names; an invalid one if it names none. */
    public static SpanContext spanOf(@Nullable String traceparent) {
        Context remote = W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, ONLY_TRACEPARENT);
        return Span.fromContext(remote).getSpanContext();
    }

    private static void logIds(Map<String, String> members) {
        SpanContext active = Span.current().getSpanContext();
        if (active.isValid()) {
            members.put("trace_id", active.getTraceId());
            members.put("span_id", active.getSpanId());
        }
    }
}
