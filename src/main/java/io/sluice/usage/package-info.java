/** What projects use: metrics, the ledger of events, the counters, and reading them back. */
@MayUse({"audit", "database", "jobs", "json", "logging", "projects", "startup"})
@NullMarked
package io.sluice.usage;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
