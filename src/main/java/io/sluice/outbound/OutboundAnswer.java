package io.sluice.outbound;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one call.
 *
 * @param status the HTTP status; null if no answer came
 * @param excerpt the beginning of the answer's body, at most 1,024 characters, without control characters
 * @param retryAfter the header of that name as it was sent, bounded; null if there was none
 * @param failure why there is no answer; null if there is one
 * @param detail one sentence about the failure, for people; null if there is an answer
 * @param duration from the look-up of the name to the end
 */
public record OutboundAnswer(
        @Nullable Integer status,
        String excerpt,
        @Nullable String retryAfter,
        @Nullable Failure failure,
        @Nullable String detail,
        Duration duration) {

    /** Why a call got no answer. */
    public enum Failure {
        /** The URL must not be called, or leads to an address that must not. */
        TARGET_REFUSED,
        /** The name has no address at present. */
        NAME_UNKNOWN,
        /** Nobody listens there, or the network is away. */
        CONNECTION_FAILED,
        /** No trusted certificate of that name, or no common protocol. */
        TLS_FAILED,
        /** No whole answer in time. */
        TIMED_OUT,
        /** What came is no HTTP answer, or its headers are too large. */
        ANSWER_BROKEN
    }

    static OutboundAnswer of(int status, String excerpt, @Nullable String retryAfter, Duration duration) {
        return new OutboundAnswer(status, excerpt, retryAfter, null, null, duration);
    }

    static OutboundAnswer failed(Failure failure, String detail, Duration duration) {
        return new OutboundAnswer(null, "", null, failure, detail, duration);
    }
}
