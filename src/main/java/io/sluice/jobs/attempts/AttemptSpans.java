package io.sluice.jobs.attempts;

import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.sluice.jobs.queue.ClaimedJob;
import io.sluice.tracing.Tracing;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * A span for each attempt, named as OpenTelemetry's conventions for messaging say. It begins a trace of its own, which is
 * linked to the request or the attempt that enqueued the job: a job may run much later, and more than once.
 */
@ApplicationScoped
class AttemptSpans {
    @Inject
    Tracing tracing;

    /** Starts the span of an attempt that is about to run; costs nothing while tracing is off. */
    void start(Attempt attempt) {
        if (tracing.isOn()) {
            attempt.trace(span(attempt.job(), attempt.holder().worker()));
        }
    }

    private AttemptSpan span(ClaimedJob job, String worker) {
        SpanBuilder span = tracing.tracer()
                .spanBuilder("process " + job.type())
                .setSpanKind(SpanKind.CONSUMER)
                .setNoParent()
                .setAttribute("messaging.system", "sluice")
                .setAttribute("messaging.operation.name", "process")
                .setAttribute("messaging.operation.type", "process")
                .setAttribute("messaging.destination.name", job.type())
                .setAttribute("messaging.message.id", job.id().toString())
                .setAttribute("messaging.client.id", worker)
                .setAttribute("sluice.job.attempt", job.attempts());
        if (job.requestId() != null) {
            span.setAttribute("sluice.request.id", job.requestId());
        }
        if (job.projectId() != null) {
            span.setAttribute("sluice.project.id", job.projectId());
        }
        SpanContext enqueued = Tracing.spanOf(job.traceparent());
        if (enqueued.isValid()) {
            span.addLink(enqueued);
        }
        return new AttemptSpan(span.startSpan());
    }
}
