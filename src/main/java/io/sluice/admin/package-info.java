/**
 * The REST door: the JAX-RS application, its filters and the form of its answers. One package below for each group of
 * calls; they use this package, never each other.
 */
@MayUse({
    "abuse",
    "access",
    "audit",
    "backups",
    "database",
    "events",
    "jobs",
    "json",
    "keys",
    "logging",
    "notifications",
    "problems",
    "projects",
    "quotas",
    "secrets",
    "usage",
    "webhooks"
})
@NullMarked
package io.sluice.admin;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
