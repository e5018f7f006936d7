/**
 * Abuse of the platform: the rules that look for it, what they found, who is left alone, signals from monitoring, and the
 * reviews that owners ask for when their project was suspended.
 */
@MayUse({"audit", "database", "events", "jobs", "json", "keys", "logging", "projects", "retention", "startup"})
@NullMarked
package io.sluice.abuse;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
