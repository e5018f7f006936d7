/**
 * Backups of projects: what was backed up, where it is kept, how long, and who may have it back. Archives are written,
 * restored and removed by jobs, which are private to the packages below, as are the stores.
 */
@MayUse({"audit", "database", "events", "jobs", "json", "logging", "projects", "quotas", "startup"})
@NullMarked
package io.sluice.backups;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
