package io.sluice.jobs;

import static io.sluice.testkit.TraceReceiver.attributesOf;
import static io.sluice.testkit.TraceReceiver.idOf;
import static io.sluice.testkit.TraceReceiver.linksOf;
import static io.sluice.testkit.TraceReceiver.parentOf;
import static io.sluice.testkit.TraceReceiver.traceOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import io.sluice.testkit.TraceReceiver;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every attempt is a span, linked to the request or the attempt that enqueued its job, as a collector sees it. */
class TracingIT {
    private static final String CALLER = "b7ad6b7169203331";

    private static TestDatabase database;
    private static TraceReceiver receiver;
    private static SluiceServer node;
    private static Api api;

    @BeforeAll
    static void start() {
        database = TestJobs.createDatabase();
        receiver = TraceReceiver.start();
        node = receiver.heardBy(TestJobs.node(database)).start();
        node.awaitReady(SharedServer.START_TIMEOUT);
        api = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        receiver.close();
    }

    @Test
    void anAttemptIsLinkedToTheRequestThatEnqueuedItsJob() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        String id = enqueue("/v1/jobs", "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 1}}", trace)
                .json()
                .path("id")
                .asText();
        Span attempt = receiver.await(ofJob(id));
        Span request = receiver.await(each ->
                each.getKind() == SpanKind.SPAN_KIND_SERVER && traceOf(each).equals(trace));
        assertThat(parentOf(request)).isEqualTo(CALLER);
        assertThat(linksOf(attempt)).containsExactly(trace + "-" + idOf(request));
        assertThat(attempt.getName()).isEqualTo("process test_sleep");
        assertThat(attempt.getKind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
        assertThat(attempt.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
        assertThat(attributesOf(attempt))
                .containsEntry("messaging.system", "sluice")
                .containsEntry("messaging.operation.name", "process")
                .containsEntry("messaging.operation.type", "process")
                .containsEntry("messaging.destination.name", "test_sleep")
                .containsEntry("messaging.message.id", id)
                .containsEntry("sluice.job.attempt", "1")
                .containsEntry("sluice.job.outcome", "completed")
                .containsKeys("messaging.client.id", "sluice.request.id");
        assertThat(attempt.getEndTimeUnixNano() - attempt.getStartTimeUnixNano())
                .isGreaterThanOrEqualTo(1_000_000);
    }

    @Test
    void eachAttemptBeginsATraceOfItsOwnWhichItsLogLinesName() {
        String trace = "1af7651916cd43dd8448eb211c80319c";
        String id = enqueue(
                        "/v1/jobs",
                        "{\"type\": \"test_fail\", \"payload\": {\"how\": \"throw\", \"until_attempt\": 2}}",
                        trace)
                .json()
                .path("id")
                .asText();
        List<Span> attempts = receiver.await(2, ofJob(id));
        Span first = attempts.get(0);
        Span second = attempts.get(1);
        assertThat(List.of(trace, traceOf(first), traceOf(second))).doesNotHaveDuplicates();
        assertThat(linksOf(first)).singleElement().asString().startsWith(trace);
        assertThat(linksOf(second)).isEqualTo(linksOf(first));
        assertThat(List.of(parentOf(first), parentOf(second))).containsOnly("");
        assertThat(attributesOf(first))
                .containsEntry("sluice.job.outcome", "failed")
                .containsEntry("error.type", "java.lang.IllegalStateException");
        assertThat(first.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(attributesOf(second))
                .containsEntry("sluice.job.attempt", "2")
                .containsEntry("sluice.job.outcome", "completed");
        assertThat(attempts.toString()).doesNotContain("told to fail");
        assertThat(node.output().lines().filter(line -> line.contains("job attempt failed") && line.contains(id)))
                .singleElement()
                .asString()
                .contains(traceOf(first), idOf(first));
    }

    @Test
    void aJobThatAnAttemptEnqueuesIsLinkedToThatAttempt() {
        String id = enqueue(
                        "/v1/jobs",
                        "{\"type\": \"test_effect\", \"payload\": {\"then\": \"complete\", \"sleep_ms\": 0}}",
                        "2af7651916cd43dd8448eb211c80319c")
                .json()
                .path("id")
                .asText();
        Span attempt = receiver.await(ofJob(id));
        String link = traceOf(attempt) + "-" + idOf(attempt);
        Span next = receiver.await(each -> linksOf(each).contains(link));
        assertThat(next.getName()).startsWith("process test_");
    }

    @Test
    void allJobsOfABatchAreLinkedToItsRequest() {
        String trace = "3af7651916cd43dd8448eb211c80319c";
        enqueue("/v1/jobs/batch", """
                {"jobs": [{"type": "test_sleep", "payload": {"sleep_ms": 1}, "unique_key": "traced"},
                          {"type": "test_sleep", "payload": {"sleep_ms": 1}}]}
                """, trace);
        List<Span> attempts =
                receiver.await(2, each -> linksOf(each).stream().anyMatch(link -> link.startsWith(trace)));
        assertThat(attempts).hasSize(2);
    }

    @Test
    void aJobInsertedByHandMayNameItsSpanButNothingElse() {
        String span = "4af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7";
        String insert =
                "insert into jobs (type, payload, traceparent) values ('test_sleep', '{\"sleep_ms\": 1}', ?) returning id";
        UUID id = database.value(insert, "00-" + span + "-01");
        TestJobs.wake(database);
        assertThat(linksOf(receiver.await(ofJob(id.toString())))).containsExactly(span);
        assertThatThrownBy(() -> database.value(insert, span))
                .rootCause()
                .hasMessageContaining("jobs_traceparent_check");
    }

    @Test
    void nothingIsRememberedWhileTracingIsOff() {
        Answer answer = new Api(TestJobs.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN)
                .post(
                        "/v1/jobs",
                        "{\"type\": \"test_sleep\", \"payload\": {\"sleep_ms\": 1}}",
                        traceparent("5af7651916cd43dd8448eb211c80319c"));
        UUID id = UUID.fromString(answer.json().path("id").asText());
        assertThat(TestJobs.job(TestJobs.database(), id)).containsEntry("traceparent", null);
    }

    private static Answer enqueue(String path, String json, String trace) {
        Answer answer = api.post(path, json, traceparent(trace));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
        return answer;
    }

    private static String[] traceparent(String trace) {
        return new String[] {"traceparent", "00-" + trace + "-" + CALLER + "-01"};
    }

    private static Predicate<Span> ofJob(String id) {
        return each -> id.equals(attributesOf(each).get("messaging.message.id"));
    }
}
