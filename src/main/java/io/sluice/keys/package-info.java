/**
 * API keys of projects: make, rotate, revoke and expire them, verify the ones that are shown, and what is said when one
 * leaks. A key's text is shown once and stored nowhere. What a project may use is not here: a key has no quota of its own.
 */
@MayUse({
    "audit",
    "database",
    "events",
    "json",
    "jobs",
    "logging",
    "projects",
    "quotas",
    "retention",
    "secrets",
    "startup"
})
@NullMarked
package io.sluice.keys;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
