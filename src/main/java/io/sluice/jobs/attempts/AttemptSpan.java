package io.sluice.jobs.attempts;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a trace shows of one attempt. Holds no payload, no result and no text of an error. */
final class AttemptSpan {
    /** Of every attempt while tracing is off. */
    static final AttemptSpan NONE = new AttemptSpan(Span.getInvalid());

    private static final Set<String> ERRORS = Set.of("failed", "timed_out", "stale");

    private final Span span;
    private volatile @Nullable String errorType;

    AttemptSpan(Span span) {
        this.span = span;
    }

    /** Makes it the active span of this thread, until the scope is closed; whatever was active before is no part of it. */
    @SuppressWarnings("MustBeClosedChecker") // the caller does
    Scope enter() {
        return this == NONE ? Scope.noop() : Context.root().with(span).makeCurrent();
    }

    /** The handler threw. */
    void threw(Throwable error) {
        if (this != NONE) {
            errorType = error.getClass().getName();
        }
    }

    /** The attempt is over and this became of it; what is said afterwards counts no more. */
    void end(String outcome) {
        if (this == NONE) {
            return;
        }
        span.setAttribute("sluice.job.outcome", outcome);
        if (ERRORS.contains(outcome)) {
            String type = errorType;
            span.setAttribute("error.type", type == null ? outcome : type);
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
