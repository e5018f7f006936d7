package io.sluice.outbound;

import java.time.Duration;

/** Answers as other packages' tests need them. */
public final class AnswerExamples {
    private AnswerExamples() {}

    public static OutboundAnswer status(int status) {
        return OutboundAnswer.of(status, "", null, Duration.ZERO);
    }

    public static OutboundAnswer failed(OutboundAnswer.Failure failure) {
        return OutboundAnswer.failed(failure, "", Duration.ZERO);
    }
}
