/** What projects use: metrics, the ledger of events, the counters, and reading them back. */
@MayUse({"audit", "database", "json", "logging", "projects"})
@NullMarked
package io.sluice.usage;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
