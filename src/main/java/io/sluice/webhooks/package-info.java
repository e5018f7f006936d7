/**
 * Tells other systems of events: who wants to hear of what, what each was sent, and sending it again. Deliveries are
 * written in the transaction of the event, so what was rolled back is told to nobody. How one is signed, sent and retried
 * is in the package below.
 */
@MayUse({
    "audit",
    "database",
    "events",
    "jobs",
    "json",
    "logging",
    "outbound",
    "projects",
    "retention",
    "secrets",
    "startup"
})
@NullMarked
package io.sluice.webhooks;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
