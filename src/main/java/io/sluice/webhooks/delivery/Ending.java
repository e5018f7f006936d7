package io.sluice.webhooks.delivery;

import java.util.Locale;

/** How a try ended for its delivery. */
enum Ending {
    /** The receiver took it. */
    DELIVERED,
    /** Another try is scheduled. */
    RETRIED,
    /** It was given up. */
    FAILED,
    /** Nothing was sent: its webhook is disabled. */
    SKIPPED,
    /** Nothing was sent: its receiver fails, so it waits among those whose receivers do. */
    POSTPONED,
    /** Nothing was sent: the delivery is gone, or another job made the try. */
    SUPERSEDED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
