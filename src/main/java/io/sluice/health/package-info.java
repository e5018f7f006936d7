/** The probes and the gauges: is this node alive, ready, started, and what is it doing. */
@MayUse({
    "abuse",
    "backups",
    "database",
    "events",
    "jobs",
    "keys",
    "logging",
    "notifications",
    "quotas",
    "retention",
    "startup",
    "usage",
    "webhooks"
})
@NullMarked
package io.sluice.health;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
