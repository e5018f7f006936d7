package io.sluice.jobs.attempts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.handlers.RegisteredHandler;
import io.sluice.jobs.queue.ClaimedJob;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may begin and who may end an attempt. */
class AttemptTest {
    @HandlesJob("attempt_test")
    static class Handler implements JobHandler<Handler.Payload> {
        record Payload() {}

        @Override
        public JobOutcome handle(Payload payload, JobContext context) {
            return JobOutcome.completed();
        }
    }

    private final Attempt attempt = new Attempt(
            new ClaimedJob(
                    new UUID(0, 1),
                    "attempt_test",
                    "{}",
                    1,
                    null,
                    null,
                    null,
                    1,
                    LocalDateTime.of(2026, 1, 1, 0, 0),
                    null),
            RegisteredHandler.of(Handler.class.getAnnotation(HandlesJob.class), new Handler(), Duration.ofMinutes(1)),
            "worker");

    @AfterEach
    void forgetInterrupts() {
        boolean ignored = Thread.interrupted();
    }

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void anAttemptThatWasAskedToStopBeforeItsHandlerBeganNeverBeginsIt(StopReason reason) {
        attempt.stop(reason);

        assertThat(attempt.enter()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(attempt.claimEnd()).isTrue();
    }

    @Test
    void aHandlerThatHasBegunIsInterruptedWhenItIsAskedToStop() {
        assertThat(attempt.enter()).isTrue();

        attempt.stop(StopReason.CANCEL);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void theEndIsGivenToOneOnly() {
        assertThat(attempt.claimEnd()).isTrue();
        assertThat(attempt.claimEnd()).isFalse();
    }
}
