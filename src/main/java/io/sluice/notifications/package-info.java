/**
 * Tells people what happened: turns events into notices, notices into letters, and sees that each letter is sent. Which
 * kinds there are, who is told of them, what is said and what owners may refuse is here; how a letter travels is private
 * to the packages below. Webhooks, which tell programs, are a feature of their own.
 */
@MayUse({
    "audit",
    "database",
    "events",
    "jobs",
    "json",
    "logging",
    "outbound",
    "retention",
    "secrets",
    "startup",
    "usage"
})
@NullMarked
package io.sluice.notifications;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
