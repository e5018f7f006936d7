package io.sluice.testjobs;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Fails in the way it is told, as long as it is told to. */
@HandlesJob(
        value = "test_fail",
        backoff = "PT0.1S",
        backoffCap = "PT0.2S",
        finalErrors = UnsupportedOperationException.class)
@ApplicationScoped
public class FailJob implements JobHandler<FailJob.Payload> {
    /**
     * How to fail.
     *
     * @param untilAttempt the first attempt that completes; null: none does
     */
    public record Payload(String how, Integer untilAttempt) {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        Ledger.write(context.jobId(), context.attempt(), "start");
        if (payload.untilAttempt() != null && context.attempt() >= payload.untilAttempt()) {
            return JobOutcome.completed();
        }
        return switch (payload.how()) {
            case "throw" -> throw new IllegalStateException("told to fail");
            case "throw-final" -> throw new UnsupportedOperationException("told to fail for good");
            case "throw-error" -> throw new StackOverflowError("told to fail with an error");
            case "retry" -> new JobOutcome.Retry("told to ask for a retry");
            case "failed" -> new JobOutcome.Failed("told to give up");
            case "snooze" -> new JobOutcome.Snoozed(Duration.ofMillis(100));
            case "stolen" -> {
                Ledger.steal(context.jobId());
                yield JobOutcome.completed();
            }
            case "nothing" -> null;
            case "nul" -> JobOutcome.completed(java.util.Map.of("text", "a\0b"));
            default -> throw new IllegalArgumentException(payload.how());
        };
    }
}
