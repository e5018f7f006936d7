package io.sluice.webhooks.delivery;

import io.sluice.outbound.OutboundAnswer;
import io.sluice.outbound.OutboundAnswer.Failure;

/** What an answer means for its delivery. */
enum Verdict {
    /** 2xx. */
    DELIVERED,
    /** A later try may succeed: no answer, 408, 425, 429 or 5xx. */
    AGAIN,
    /** No try will succeed: every other status, redirects included, or a target that must not be called. */
    REFUSED,
    /** 410: the receiver wants nothing any more. */
    GONE;

    private static final int GONE_FOR_GOOD = 410;

    static Verdict of(OutboundAnswer answer) {
        Integer status = answer.status();
        if (status == null) {
            return answer.failure() == Failure.TARGET_REFUSED ? REFUSED : AGAIN;
        }
        if (status >= 200 && status < 300) {
            return DELIVERED;
        }
        if (status == GONE_FOR_GOOD) {
            return GONE;
        }
        return status == 408 || status == 425 || status == 429 || status >= 500 ? AGAIN : REFUSED;
    }
}
