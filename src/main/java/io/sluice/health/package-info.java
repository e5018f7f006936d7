/** The probes and the gauges: is this node alive, ready, started, and what is it doing. */
@MayUse({"backups", "database", "jobs", "keys", "logging", "quotas", "startup", "usage"})
@NullMarked
package io.sluice.health;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
